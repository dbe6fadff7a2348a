/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/mws_soap_writer.c -- results and faults as SOAP.
 *
 * Moodle: webservice/soap/locallib.php; PHP: ext/soap/php_encoding.c, whose encoding of values it is:
 * what stands in no list is typed by the WSDL, what does by its value.
 */
#include <apr_strings.h>

#include "../../lib/base/mws_escape.h"
#include "../../lib/base/mws_php.h"
#include "mws_soap.h"
#include "mws_soap_names.h"

#define PROLOGUE "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void put(mws_sink_t *sink, const char *text)
{
    mws_put(sink, text, strlen(text));
}

static void put_escaped(mws_sink_t *sink, const char *text)
{
    mws_escape_xml(sink, text, strlen(text));
}

/* ---- rpc/encoded ------------------------------------------------------------------------- */

/* What the items of a list are: what one is, or what they have in common. */
typedef enum { NONE, NIL, BOOLEAN, INTEGER, LONG, FLOAT, STRING, MAP, ARRAY, ANY, KINDS } kind_e;

/* An element that is open. */
typedef struct {
    const mws_spec_t *spec;
    kind_e            kind;     /* of a list: what its items are */
    apr_size_t        count;    /* of a list or struct */
    apr_off_t         begins;   /* where its tag begins */
    int               is_typed; /* a struct that the WSDL types */
} frame_t;

typedef struct {
    const mws_soap_writer_t *answer;
    apr_pool_t              *pool;
    mws_sink_t              *sink;
    const mws_spec_t        *returns;
    frame_t                  frames[MWS_OUT_DEPTH + 1]; /* the first stands around it all */
    int                      depth;
} encoded_t;

/* How a version says what it says in other words than the other. */
typedef struct {
    const char *prefix, *encoding; /* of the envelope's namespace, of the encoding's */
    const char *kinds[KINDS];
    const char *list_type, *list_count, *list_end;
    const char *array, *empty;
} words_t;

/* clang-format off */
static const words_t words[MWS_SOAP_VERSIONS] = {
    {"SOAP-ENV", "SOAP-ENC",
     {"xsd:ur-type", "xsd:ur-type", "xsd:boolean", "xsd:int", "xsd:long", "xsd:float", "xsd:string",
      "ns2:Map", "SOAP-ENC:Array", "xsd:ur-type"},
     "SOAP-ENC:arrayType=\"", "[", "]\"",
     "xsi:type=\"SOAP-ENC:Array\"",
     "SOAP-ENC:arrayType=\"xsd:ur-type[0]\" xsi:type=\"SOAP-ENC:Array\"/>"},
    {"env", "enc",
     {"xsd:anyType", "xsd:anyType", "xsd:boolean", "xsd:int", "xsd:long", "xsd:float", "xsd:string",
      "ns2:Map", "enc:Array", "xsd:anyType"},
     "enc:itemType=\"", "\" enc:arraySize=\"", "\"",
     "xsi:type=\"enc:Array\"",
     "enc:itemType=\"xsd:anyType\" enc:arraySize=\"0\" xsi:type=\"enc:Array\"/>"},
};
/* clang-format on */

/* Room for what a list says of its items, with a count of ten digits; the rest of it stays blank. */
#define LIST_ROOM 54

static const words_t *words_of(const encoded_t *encoded)
{
    return &words[encoded->answer->version];
}

static frame_t *top_of(encoded_t *encoded)
{
    return &encoded->frames[encoded->depth];
}

/* Whether a value of SPEC is typed by the WSDL. */
static int is_typed(encoded_t *encoded)
{
    return top_of(encoded)->is_typed;
}

static void put_envelope(encoded_t *encoded)
{
    const words_t           *say = words_of(encoded);
    const mws_soap_spaces_t *spaces = &mws_soap_spaces[encoded->answer->version];
    mws_sink_t              *sink = encoded->sink;

    MWS_PUT(sink, PROLOGUE "<");
    put(sink, say->prefix);
    MWS_PUT(sink, ":Envelope xmlns:");
    put(sink, say->prefix);
    MWS_PUT(sink, "=\"");
    put(sink, spaces->envelope);
    MWS_PUT(sink, "\" xmlns:ns1=\"");
    put_escaped(sink, encoded->answer->space);
    MWS_PUT(sink, "\" xmlns:ns2=\"" MWS_SOAP_MAP "\" xmlns:");
    put(sink, say->encoding);
    MWS_PUT(sink, "=\"");
    put(sink, spaces->encoding);
    MWS_PUT(sink, "\" xmlns:xsi=\"" MWS_SOAP_XSI "\" xmlns:xsd=\"" MWS_SOAP_XSD "\"");
}

static void put_encoding_style(encoded_t *encoded)
{
    MWS_PUT(encoded->sink, " ");
    put(encoded->sink, words_of(encoded)->prefix);
    MWS_PUT(encoded->sink, ":encodingStyle=\"");
    put(encoded->sink, mws_soap_spaces[encoded->answer->version].encoding);
    MWS_PUT(encoded->sink, "\"");
}

/* What the element around all of ANSWER has behind the name of the function. */
static const char *suffix_of(const mws_soap_writer_t *answer)
{
    return answer->is_call ? "" : "Response";
}

static void put_wrapper(encoded_t *encoded)
{
    MWS_PUT(encoded->sink, "ns1:");
    put_escaped(encoded->sink, encoded->answer->function);
    put(encoded->sink, suffix_of(encoded->answer));
}

static void encoded_begin(encoded_t *encoded)
{
    mws_sink_t *sink = encoded->sink;

    put_envelope(encoded);
    if (encoded->answer->version == MWS_SOAP_11) {
        put_encoding_style(encoded);
        MWS_PUT(sink, "><SOAP-ENV:Body><");
        put_wrapper(encoded);
        MWS_PUT(sink, ">");
        return;
    }
    MWS_PUT(sink, "><env:Body xmlns:rpc=\"http://www.w3.org/2003/05/soap-rpc\"><");
    put_wrapper(encoded);
    put_encoding_style(encoded);
    MWS_PUT(sink, ">");
    if (!encoded->answer->is_call) {
        MWS_PUT(sink, "<rpc:result>return</rpc:result>");
    }
}

static void *encoded_start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                           const mws_spec_t *returns)
{
    encoded_t *encoded = apr_pcalloc(p, sizeof(*encoded));

    encoded->answer = (const mws_soap_writer_t *)self;
    encoded->pool = p;
    encoded->sink = sink;
    encoded->returns = returns;
    encoded->frames[0].is_typed = 1;
    if (returns) {
        encoded_begin(encoded);
    }
    return encoded;
}

static void encoded_finish(void *state)
{
    encoded_t *encoded = state;

    if (!encoded->returns) {
        return;
    }
    MWS_PUT(encoded->sink, "</");
    put_wrapper(encoded);
    MWS_PUT(encoded->sink, "></");
    put(encoded->sink, words_of(encoded)->prefix);
    MWS_PUT(encoded->sink, ":Body></");
    put(encoded->sink, words_of(encoded)->prefix);
    MWS_PUT(encoded->sink, ":Envelope>\n");
}

static void encoded_key(void *state, const mws_spec_t *spec)
{
    encoded_t *encoded = state;

    top_of(encoded)->count++;
    if (!is_typed(encoded)) {
        MWS_PUT(encoded->sink, "<item><key xsi:type=\"xsd:string\">");
        put(encoded->sink, spec->name);
        MWS_PUT(encoded->sink, "</key>");
    }
}

/* What the value of SPEC is called: the whole, a member of a typed struct, of a map, or an item. */
static const char *tag_of(encoded_t *encoded, const mws_spec_t *spec)
{
    if (!encoded->depth && !encoded->answer->is_call) {
        return "return";
    }
    if (!spec->name) {
        return "item";
    }
    return is_typed(encoded) ? spec->name : "value";
}

/* Note that a value of KIND comes next. */
static void note_item(encoded_t *encoded, kind_e kind)
{
    frame_t *list = top_of(encoded);

    if (!encoded->depth || list->spec->kind != MWS_SPEC_LIST) {
        return;
    }
    list->count++;
    if (list->kind == NONE) {
        list->kind = kind;
    }
    else if (kind + list->kind == INTEGER + LONG) {
        list->kind = LONG;
    }
    else if (list->kind != kind) {
        list->kind = ANY;
    }
}

/* Begin the tag of a value of SPEC, up to its attributes. */
static void open_tag(encoded_t *encoded, const mws_spec_t *spec)
{
    MWS_PUT(encoded->sink, "<");
    put(encoded->sink, tag_of(encoded, spec));
    MWS_PUT(encoded->sink, " ");
}

/* Behind a value of SPEC: a member of a map ends with it. */
static void close_value(encoded_t *encoded, const mws_spec_t *spec)
{
    if (spec->name && !is_typed(encoded)) {
        MWS_PUT(encoded->sink, "</item>");
    }
}

static void close_tag(encoded_t *encoded, const mws_spec_t *spec)
{
    MWS_PUT(encoded->sink, "</");
    put(encoded->sink, tag_of(encoded, spec));
    MWS_PUT(encoded->sink, ">");
    close_value(encoded, spec);
}

static frame_t *push(encoded_t *encoded, const mws_spec_t *spec, int typed)
{
    frame_t *frame = &encoded->frames[++encoded->depth];

    frame->spec = spec;
    frame->kind = NONE;
    frame->count = 0;
    frame->is_typed = typed;
    return frame;
}

static void begin_list(void *state, const mws_spec_t *spec)
{
    static const char blank[] = "                                                      ";
    encoded_t        *encoded = state;

    note_item(encoded, ARRAY);
    open_tag(encoded, spec);
    push(encoded, spec, 0)->begins = mws_sink_size(encoded->sink);
    mws_put(encoded->sink, blank, LIST_ROOM);
    put(encoded->sink, words_of(encoded)->array);
    MWS_PUT(encoded->sink, ">");
}

/* Say of the list in FRAME, in the room left for it, what its items are. */
static void tell_items(encoded_t *encoded, const frame_t *frame)
{
    const words_t *say = words_of(encoded);
    char           told[LIST_ROOM + 1];
    int len = apr_snprintf(told, sizeof(told), "%s%s%s%" APR_SIZE_T_FMT "%s", say->list_type,
                           say->kinds[frame->kind], say->list_count, frame->count, say->list_end);

    mws_sink_patch(encoded->sink, frame->begins, told, (apr_size_t)len);
}

/* What is empty is an array of nothing, be it a list or a map. */
static void put_empty(encoded_t *encoded, const mws_spec_t *spec, apr_off_t begins)
{
    mws_sink_cut(encoded->sink, begins);
    put(encoded->sink, words_of(encoded)->empty);
    close_value(encoded, spec);
}

static void end_list(void *state, const mws_spec_t *spec)
{
    encoded_t     *encoded = state;
    const frame_t *frame = &encoded->frames[encoded->depth--];

    if (!frame->count) {
        put_empty(encoded, spec, frame->begins);
        return;
    }
    tell_items(encoded, frame);
    close_tag(encoded, spec);
}

/* Count the types of SPEC into *COUNT, as mws_soap_struct_count(), up to that of STRCT. Returns
 * whether that was found. */
static int count_to(const mws_spec_t *spec, const mws_spec_t *strct, int *count)
{
    const mws_spec_t *key;

    if (spec->kind != MWS_SPEC_STRUCT) {
        return 0;
    }
    for (key = spec->of; key->name; key++) {
        if (count_to(key, strct, count)) {
            return 1;
        }
    }
    if (spec == strct) {
        return 1;
    }
    (*count)++;
    return 0;
}

static void put_struct_type(encoded_t *encoded, const mws_spec_t *spec)
{
    char number[16];
    int  count = encoded->answer->first_struct;

    if (count == MWS_SOAP_NO_NUMBER) {
        MWS_PUT(encoded->sink, "xsi:type=\"ns1:");
        put(encoded->sink, encoded->answer->function);
        MWS_PUT(encoded->sink, "_return\">");
        return;
    }
    count_to(encoded->returns, spec, &count);
    apr_snprintf(number, sizeof(number), "%06d", count);
    MWS_PUT(encoded->sink, "xsi:type=\"ns1:" MWS_SOAP_STRUCT_CLASS);
    put(encoded->sink, number);
    MWS_PUT(encoded->sink, "\">");
}

static void begin_struct(void *state, const mws_spec_t *spec)
{
    encoded_t *encoded = state;
    int        typed = is_typed(encoded);

    note_item(encoded, MAP);
    open_tag(encoded, spec);
    push(encoded, spec, typed)->begins = mws_sink_size(encoded->sink);
    if (typed) {
        put_struct_type(encoded, spec);
    }
    else {
        MWS_PUT(encoded->sink, "xsi:type=\"ns2:Map\">");
    }
}

/* An empty map was counted as one, but is an array. */
static void recount_empty(encoded_t *encoded)
{
    frame_t *list = top_of(encoded);

    if (list->spec->kind == MWS_SPEC_LIST) {
        list->kind = list->count == 1 || list->kind == ARRAY ? ARRAY : ANY;
    }
}

static void end_struct(void *state, const mws_spec_t *spec)
{
    encoded_t     *encoded = state;
    const frame_t *frame = &encoded->frames[encoded->depth--];

    if (!frame->count && !frame->is_typed) {
        recount_empty(encoded);
        put_empty(encoded, spec, frame->begins);
        return;
    }
    close_tag(encoded, spec);
}

static void write_null(void *state, const mws_spec_t *spec)
{
    encoded_t *encoded = state;

    note_item(encoded, NIL);
    open_tag(encoded, spec);
    MWS_PUT(encoded->sink, "xsi:nil=\"true\"/>");
    close_value(encoded, spec);
}

/* A map leaves out what is not there. */
static void write_absent(void *state, const mws_spec_t *spec)
{
    if (is_typed(state)) {
        write_null(state, spec);
    }
}

/* Begin a value of SPEC, which is of KIND and called TYPE. */
static void open_value(encoded_t *encoded, const mws_spec_t *spec, kind_e kind, const char *type)
{
    note_item(encoded, kind);
    open_tag(encoded, spec);
    MWS_PUT(encoded->sink, "xsi:type=\"xsd:");
    put(encoded->sink, type);
    MWS_PUT(encoded->sink, "\">");
}

static void write_plain(encoded_t *encoded, const mws_spec_t *spec, kind_e kind, const char *type,
                        const char *text, apr_size_t len)
{
    open_value(encoded, spec, kind, type);
    mws_put(encoded->sink, text, len);
    close_tag(encoded, spec);
}

/* Whether the WSDL has a text for a value of SPEC, which is a number or a truth value. */
static int is_text(encoded_t *encoded, const mws_spec_t *spec)
{
    return is_typed(encoded) && spec->type != MWS_PARAM_INT && spec->type != MWS_PARAM_BOOL &&
           spec->type != MWS_PARAM_FLOAT;
}

static void write_boolean(void *state, const mws_spec_t *spec, int b)
{
    encoded_t *encoded = state;

    if (is_text(encoded, spec)) {
        write_plain(encoded, spec, STRING, "string", "1", b ? 1 : 0);
    }
    else if (is_typed(encoded)) {
        write_plain(encoded, spec, INTEGER, "int", b ? "1" : "0", 1);
    }
    else {
        write_plain(encoded, spec, BOOLEAN, "boolean", b ? "true" : "false", b ? 4 : 5);
    }
}

/* Whether an integer is within 32 bits, by its DIGITS. */
static int is_small(const char *digits, apr_size_t len)
{
    int         negative = digits[0] == '-';
    const char *limit = negative ? "2147483648" : "2147483647";
    apr_size_t  count = len - (apr_size_t)negative;

    return count < 10 || (count == 10 && memcmp(digits + negative, limit, 10) <= 0);
}

static void write_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    encoded_t *encoded = state;

    if (is_text(encoded, spec)) {
        write_plain(encoded, spec, STRING, "string", digits, len);
    }
    else if (is_small(digits, len)) {
        write_plain(encoded, spec, INTEGER, "int", digits, len);
    }
    else {
        write_plain(encoded, spec, LONG, "long", digits, len);
    }
}

static void write_real(void *state, const mws_spec_t *spec, double f)
{
    encoded_t  *encoded = state;
    const char *text = mws_php_float_text(encoded->pool, f);

    if (is_text(encoded, spec)) {
        write_plain(encoded, spec, STRING, "string", text, strlen(text));
    }
    else {
        write_plain(encoded, spec, FLOAT, is_typed(encoded) ? "double" : "float", text,
                    strlen(text));
    }
}

static void write_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    encoded_t *encoded = state;

    open_value(encoded, spec, STRING, "string");
    mws_escape_xml_text(encoded->sink, text, len);
    close_tag(encoded, spec);
}

void mws_soap_encoded_writer(mws_soap_writer_t *answer)
{
    answer->writer = (mws_writer_t){.start = encoded_start,
                                    .finish = encoded_finish,
                                    .key = encoded_key,
                                    .absent = write_absent,
                                    .begin_list = begin_list,
                                    .end_list = end_list,
                                    .begin_struct = begin_struct,
                                    .end_struct = end_struct,
                                    .null = write_null,
                                    .boolean = write_boolean,
                                    .integer = write_integer,
                                    .real = write_real,
                                    .text = write_text};
}

/* ---- document/literal -------------------------------------------------------------------- */

typedef struct {
    const mws_soap_writer_t *answer;
    apr_pool_t              *pool;
    mws_sink_t              *sink;
    int                      depth;
} literal_t;

/* The envelope's prefix is soap in either version: under SOAP-ENV the client of node does not look up the
 * types of what it reads. */
static void *literal_start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                           const mws_spec_t *returns)
{
    literal_t *literal = apr_pcalloc(p, sizeof(*literal));

    literal->answer = (const mws_soap_writer_t *)self;
    literal->pool = p;
    literal->sink = sink;
    (void)returns;
    put(sink,
        apr_pstrcat(p, PROLOGUE "<soap:Envelope xmlns:soap=\"",
                    mws_soap_spaces[literal->answer->version].envelope,
                    "\" xmlns:xsi=\"" MWS_SOAP_XSI "\"><soap:Body><", literal->answer->function,
                    suffix_of(literal->answer), " xmlns=\"", NULL));
    put_escaped(sink, literal->answer->space);
    MWS_PUT(sink, "\">");
    return literal;
}

static void literal_finish(void *state)
{
    literal_t *literal = state;

    put(literal->sink,
        apr_pstrcat(literal->pool, "</", literal->answer->function, suffix_of(literal->answer),
                    "></soap:Body></soap:Envelope>\n", NULL));
}

static void literal_key(void *state, const mws_spec_t *spec)
{
    (void)state;
    (void)spec;
}

static const char *literal_tag(const literal_t *literal, const mws_spec_t *spec)
{
    return spec->name ? spec->name : literal->depth ? "item" : "return";
}

static void literal_open(literal_t *literal, const mws_spec_t *spec)
{
    MWS_PUT(literal->sink, "<");
    put(literal->sink, literal_tag(literal, spec));
    MWS_PUT(literal->sink, ">");
}

static void literal_close(literal_t *literal, const mws_spec_t *spec)
{
    MWS_PUT(literal->sink, "</");
    put(literal->sink, literal_tag(literal, spec));
    MWS_PUT(literal->sink, ">");
}

static void literal_begin(void *state, const mws_spec_t *spec)
{
    literal_t *literal = state;

    literal_open(literal, spec);
    literal->depth++;
}

static void literal_end(void *state, const mws_spec_t *spec)
{
    literal_t *literal = state;

    literal->depth--;
    literal_close(literal, spec);
}

static void literal_null(void *state, const mws_spec_t *spec)
{
    literal_t *literal = state;

    MWS_PUT(literal->sink, "<");
    put(literal->sink, literal_tag(literal, spec));
    MWS_PUT(literal->sink, " xsi:nil=\"true\"/>");
}

static void literal_plain(literal_t *literal, const mws_spec_t *spec, const char *text,
                          apr_size_t len)
{
    literal_open(literal, spec);
    mws_put(literal->sink, text, len);
    literal_close(literal, spec);
}

static void literal_boolean(void *state, const mws_spec_t *spec, int b)
{
    if (spec->type == MWS_PARAM_BOOL) {
        literal_plain(state, spec, b ? "true" : "false", b ? 4 : 5);
    }
    else {
        literal_plain(state, spec, "1", b ? 1 : 0); /* for a text, as PHP spells it */
    }
}

static void literal_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    literal_plain(state, spec, digits, len);
}

static void literal_real(void *state, const mws_spec_t *spec, double f)
{
    literal_t  *literal = state;
    const char *text = mws_php_float_json(literal->pool, f);

    literal_plain(literal, spec, text, strlen(text));
}

static void literal_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    literal_t *literal = state;

    literal_open(literal, spec);
    mws_escape_xml_text(literal->sink, text, len);
    literal_close(literal, spec);
}

void mws_soap_literal_writer(mws_soap_writer_t *answer)
{
    answer->writer = (mws_writer_t){.start = literal_start,
                                    .finish = literal_finish,
                                    .key = literal_key,
                                    .absent = NULL,
                                    .begin_list = literal_begin,
                                    .end_list = literal_end,
                                    .begin_struct = literal_begin,
                                    .end_struct = literal_end,
                                    .null = literal_null,
                                    .boolean = literal_boolean,
                                    .integer = literal_integer,
                                    .real = literal_real,
                                    .text = literal_text};
}

/* ---- faults ------------------------------------------------------------------------------ */

static void put_element(mws_sink_t *sink, const char *name, const char *text)
{
    MWS_PUT(sink, "<");
    put(sink, name);
    MWS_PUT(sink, ">");
    mws_escape_xml_text(sink, text, strlen(text));
    MWS_PUT(sink, "</");
    put(sink, name);
    MWS_PUT(sink, ">");
}

static void put_failed(mws_sink_t *sink, const mws_error_t *err)
{
    MWS_PUT(sink, "<faultcode>Receiver</faultcode><faultstring>");
    mws_escape_xml_text(sink, err->message, strlen(err->message));
    MWS_PUT(sink, " | ERRORCODE: ");
    put_escaped(sink, err->row->errorcode);
    MWS_PUT(sink, "</faultstring>");
    put_element(sink, "faultactor", err->row->errorcode);
    if (err->debuginfo) {
        put_element(sink, "detail", err->debuginfo);
    }
}

/* The code of ERR in standard words: whether it is for the client to do otherwise. */
static const char *code_of(const mws_error_t *err, mws_soap_fault_e how)
{
    if (err->fault) {
        return err->fault;
    }
    return err->id == MWS_BAD_PARAMETER || err->row->status == 401 ||
                   (how == MWS_SOAP_LITERAL_REFUSED && err->row->status < 500)
               ? MWS_SOAP_CLIENT
               : MWS_SOAP_SERVER;
}

/* CODE in the words of 1.2. */
static const char *code_12(const char *code)
{
    return strcmp(code, MWS_SOAP_CLIENT) == 0   ? "Sender"
           : strcmp(code, MWS_SOAP_SERVER) == 0 ? "Receiver"
                                                : code;
}

static void put_detail(mws_sink_t *sink, const char *space, const char *class_name,
                       const mws_error_t *err)
{
    MWS_PUT(sink, "<fault xmlns=\"");
    put_escaped(sink, space);
    MWS_PUT(sink, "\">");
    put_element(sink, "exception", class_name);
    put_element(sink, "errorcode", err->row->errorcode);
    if (err->debuginfo) {
        put_element(sink, "debuginfo", err->debuginfo);
    }
    MWS_PUT(sink, "</fault>");
}

static void put_fault_12(mws_sink_t *sink, mws_soap_fault_e how, const char *space,
                         const char *class_name, const mws_error_t *err)
{
    MWS_PUT(sink, PROLOGUE "<env:Envelope xmlns:env=\"");
    put(sink, mws_soap_spaces[MWS_SOAP_12].envelope);
    MWS_PUT(sink, "\"><env:Body><env:Fault><env:Code><env:Value>env:");
    put(sink, code_12(code_of(err, how)));
    MWS_PUT(sink, "</env:Value></env:Code><env:Reason><env:Text xml:lang=\"en\">");
    mws_escape_xml_text(sink, err->message, strlen(err->message));
    MWS_PUT(sink, "</env:Text></env:Reason><env:Detail>");
    put_detail(sink, space, class_name, err);
    MWS_PUT(sink, "</env:Detail></env:Fault></env:Body></env:Envelope>\n");
}

void mws_soap_fault(mws_sink_t *sink, mws_soap_fault_e how, mws_soap_version_e version,
                    const char *space, const char *class_name, const mws_error_t *err)
{
    int is_literal = how == MWS_SOAP_LITERAL || how == MWS_SOAP_LITERAL_REFUSED;

    if (is_literal && version == MWS_SOAP_12) {
        put_fault_12(sink, how, space, class_name, err);
        return;
    }
    MWS_PUT(sink, PROLOGUE "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"");
    put(sink, mws_soap_spaces[MWS_SOAP_11].envelope);
    MWS_PUT(sink, "\"><SOAP-ENV:Body><SOAP-ENV:Fault>");
    if (how == MWS_SOAP_FAILED && !err->fault) {
        put_failed(sink, err);
    }
    else if (how == MWS_SOAP_REFUSED && !err->fault) {
        put_element(sink, "faultcode", "MOODLE:error");
        put_element(sink, "faultstring", err->message);
    }
    else {
        MWS_PUT(sink, "<faultcode>SOAP-ENV:");
        put(sink, code_of(err, how));
        MWS_PUT(sink, "</faultcode>");
        put_element(sink, "faultstring", err->message);
    }
    if (is_literal) {
        MWS_PUT(sink, "<detail>");
        put_detail(sink, space, class_name, err);
        MWS_PUT(sink, "</detail>");
    }
    MWS_PUT(sink, "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>\n");
}
