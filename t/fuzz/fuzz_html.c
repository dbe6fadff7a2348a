/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_html.c -- texts of any bytes as HTML: the first byte is the format, the rest the
 * text. Whatever they are, nothing that comes out can do harm, nor what the cleaner makes of it
 * when it sees it again, nor what becomes of that in a message. */
#include "lib/text/mws_format.h"
#include "lib/text/mws_html.h"
#include "lib/text/mws_plain.h"
#include "lib/text/mws_target.h"
#include "site.h"
#include "t/harmless.h"

static void check_cleaner(mws_call_t *call, const char *html, size_t size)
{
    const char *once = mws_html_clean(call->pool, html, size);
    const char *twice = mws_html_clean(call->pool, once, strlen(once));

    fuzz_expect(!harm_in(once));
    fuzz_expect(!harm_in(twice));
    fuzz_expect(!harm_in(mws_html_paragraphs(call->pool, once)));
    fuzz_expect(!harm_as_read(mws_target_blank(call->pool, once)));
    fuzz_expect(mws_plain(call->pool, once) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int formats[] = {MWS_FORMAT_MOODLE, MWS_FORMAT_HTML, MWS_FORMAT_PLAIN,
                                  MWS_FORMAT_MARKDOWN};
    mws_area_t       area = {5, "course", "summary", -1};
    mws_call_t      *call = fuzz_begin();
    const char      *out;
    char            *text;
    int              format;

    if (size) {
        format = formats[data[0] % 4];
        call->text.fileurl = data[0] & 4;
        text = fuzz_copy(data + 1, size - 1);
        check_cleaner(call, text, size - 1);
        fuzz_expect(!mws_format_text(call, text, &format, &area, &out));
        fuzz_expect(!harm_in(out));
        fuzz_read((mws_text_t){out, strlen(out)});
        free(text);
    }
    fuzz_end(call);
    return 0;
}
