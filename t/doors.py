# SPDX-License-Identifier: Apache-2.0
# t/doors.py -- the protocols, each as a door: how a call is sent by it, and what its answer says. A
# protocol is one class here, and a line in DOORS; tests of all protocols go through them.
import json
import re
import xml.etree.ElementTree
import xmlrpc.client
from xml.sax.saxutils import escape

import amf
import env
from functions import PARAMS, RETURNS, canonical, decode


class Refused(Exception):
    """What an exception or fault says: its errorcode, and what was wrong with a parameter."""

    def __init__(self, code, debuginfo=None):
        super().__init__(code)
        self.code, self.debuginfo = code, debuginfo or None


def arguments(function, params):
    """PARAMS in the order of the declaration, where they are all up to one; else one struct."""
    declared = list(PARAMS[function].keys) if function in PARAMS else []
    if list(params) == declared[:len(params)]:
        return list(params.values())
    in_order = [params[key] for key in declared if key in params]
    if len(in_order) == len(declared):
        return in_order + [params[key] for key in params if key not in declared]
    return [params]


class Door:
    """CALL gives the answer of a function in its canonical form, or raises Refused."""
    several = False  # it sends one of several calls
    strict = True    # names that are unknown, and single values for lists, are refused

    def takes(self, function):
        """Several calls have none within them that makes several."""
        return not (self.several and function == 'tool_mobile_call_external_functions')

    def call(self, site, function, params, token=None):
        reply = self.send(site, function, params, site.token if token is None else token)
        assert reply.status == 200, reply.body
        return self.answer(function, reply)


class RestJson(Door):
    name = 'rest-json'

    def send(self, site, function, params, token):
        return site.rest(function, params, token)

    def answer(self, function, reply):
        answer = reply.json()
        if isinstance(answer, dict) and 'exception' in answer:
            raise Refused(answer['errorcode'], answer.get('debuginfo'))
        return canonical(RETURNS[function], answer)


class RestXml(Door):
    name = 'rest-xml'

    def send(self, site, function, params, token):
        return site.rest(function, params, token, fmt='xml')

    def answer(self, function, reply):
        root = xml.etree.ElementTree.fromstring(reply.body)
        if root.tag == 'EXCEPTION':
            raise Refused(root.findtext('ERRORCODE'), root.findtext('DEBUGINFO'))
        tree = RETURNS[function]
        assert root.tag == 'RESPONSE' and len(root) == (0 if tree is None else 1)
        return None if tree is None else decode(tree, root[0])


class RestBody(RestJson):
    """The parameters in a body of JSON."""
    name = 'rest-body'

    def send(self, site, function, params, token):
        return site.request('POST', f'{env.SERVER}?moodlewsrestformat=json&wsfunction={function}',
                            json.dumps(params), {'Content-Type': 'application/json',
                                                 'Authorization': f'Bearer {token}'})


class RestList(RestJson):
    """One of several calls in a body of JSON; the others are answered as well."""
    name, several = 'rest-list', True
    other = {'wsfunction': 'core_group_get_groups', 'groupids': [1]}

    def body(self, function, params):
        return [self.other, {'wsfunction': function, **params}, self.other]

    def send(self, site, function, params, token):
        return site.request('POST', f'{env.SERVER}?wstoken={token}',
                            json.dumps(self.body(function, params)),
                            {'Content-Type': 'application/json'})

    def answer(self, function, reply):
        before, answer, after = reply.json()
        assert before == after
        if isinstance(answer, dict) and 'exception' in answer:
            raise Refused(answer['errorcode'], answer.get('debuginfo'))
        return canonical(RETURNS[function], answer)


class RestAtomic(RestJson):
    """The only one of several calls that are done together."""
    name, several = 'rest-atomic', True

    def send(self, site, function, params, token):
        return site.request('POST', env.SERVER, json.dumps({
            'atomic': True, 'wstoken': token, 'calls': [{'wsfunction': function, **params}]}),
            {'Content-Type': 'application/json'})

    def answer(self, function, reply):
        answer = reply.json()
        if isinstance(answer, dict):
            assert answer['call'] == 0
            raise Refused(answer['errorcode'], answer.get('debuginfo'))
        [answer] = answer
        return canonical(RETURNS[function], answer)


class XmlRpc(Door):
    name = 'xmlrpc'

    def send(self, site, function, params, token):
        body = xmlrpc.client.dumps(tuple(arguments(function, params)), function, allow_none=True)
        return site.request('POST', f'/webservice/xmlrpc/server.php?wstoken={token}',
                            body.encode(), {'Content-Type': 'text/xml'})

    def answer(self, function, reply):
        try:
            (answer,), _ = xmlrpc.client.loads(reply.body, use_builtin_types=True)
        except xmlrpc.client.Fault as fault:
            text, _, code = fault.faultString.rpartition(' | ERRORCODE: ')
            raise Refused(code, text.partition(' | DEBUG INFO: ')[2]) from None
        return canonical(RETURNS[function], answer)


class Amf0(Door):
    name = 'amf0'

    def packet(self, function, args):
        return amf.packet((function, '/1', args))

    def send(self, site, function, params, token):
        return site.request('POST', f'/webservice/amf/server.php?wstoken={token}',
                            self.packet(function, arguments(function, params)),
                            {'Content-Type': 'application/x-amf'})

    def answer(self, function, reply):
        [(target, _, value)] = amf.read(reply.body)[2]
        if target == '/1/onStatus':
            self.refuse(value)
        assert target == '/1/onResult'
        return canonical(RETURNS[function], value)

    def refuse(self, value):
        raise Refused(value['code'], value['detail'])


class Amf3(Amf0):
    name = 'amf3'

    def packet(self, function, args):
        return amf.packet((function, '/1', amf.Avm([args])), version=3)

    def refuse(self, value):
        raise Refused(value['faultCode'], value['faultDetail'])


XSI = '{http://www.w3.org/2001/XMLSchema-instance}'


def soap_element(name, value):
    """VALUE as an element without types: items of lists in elements of their own."""
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(value, dict):
        inner = ''.join(soap_element(key, item) for key, item in value.items())
    elif isinstance(value, (list, tuple)):
        inner = ''.join(soap_element('item', item) for item in value)
    else:
        inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f'<{name}>{inner}</{name}>'


class SoapLiteral(Door):
    """As PHP's server, SOAP passes over names that it does not know, and takes a value for a list."""
    name, strict = 'soap-literal', False

    def space(self, site):
        return f'{site.url}/webservice/soap/server.php/literal'

    def call(self, site, function, params, token=None):
        token = site.token if token is None else token
        return self.answer(function, self.send(site, function, params, token))

    def send(self, site, function, params, token):
        body = (f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
                f' xmlns:xsi="{XSI[1:-1]}"><e:Body><m:{function} xmlns:m="{self.space(site)}"'
                f' xmlns="{self.inside(site)}">'
                + ''.join(soap_element(key, value) for key, value in params.items())
                + f'</m:{function}></e:Body></e:Envelope>')
        return site.request('POST', f'/webservice/soap/server.php?wstoken={token}', body,
                            {'Content-Type': 'text/xml; charset=utf-8'})

    def inside(self, site):
        """The namespace of what is in a call."""
        return self.space(site)

    def answer(self, function, reply):
        [element] = xml.etree.ElementTree.fromstring(reply.body)[0]
        if reply.status != 200:
            said = {local(child): child.text for child in element.iter()}
            raise Refused(said['errorcode'], said.get('debuginfo'))
        assert local(element) == f'{function}Response'
        return canonical(RETURNS[function], self.value(RETURNS[function], element[0])) \
            if len(element) else None

    def value(self, node, element):
        if element.get(f'{XSI}nil') == 'true':
            return None
        if node.kind == 'list':
            return [self.value(node.element, item) for item in element]
        if node.kind == 'struct':
            return {local(key): self.value(node.keys[local(key)], key) for key in element}
        return element.text == 'true' if node.type == 'BOOL' else element.text or ''


def local(element):
    return element.tag.rpartition('}')[2]


class SoapEncoded(SoapLiteral):
    """As Moodle: what is refused before the function is found has no errorcode."""
    name = 'soap'

    def space(self, site):
        return 'urn:of-the-call'

    def inside(self, site):
        return ''

    def answer(self, function, reply):
        if not reply.body:
            assert reply.status == 202
            return None
        [element] = xml.etree.ElementTree.fromstring(reply.body)[0]
        if local(element) == 'Fault':
            said = element.findtext('faultstring').partition(' | ERRORCODE: ')[2]
            raise Refused(said or None, element.findtext('detail'))
        return canonical(RETURNS[function], self.typed(element[0]))

    def typed(self, element):
        """A value, as its type says."""
        kind = (element.get(f'{XSI}type') or '').rpartition(':')[2]
        if element.get(f'{XSI}nil') == 'true':
            return None
        if kind == 'Map':
            return {item[0].text: self.typed(item[1]) for item in element}
        if kind == 'Array':
            return [self.typed(item) for item in element]
        if kind.startswith('webservices_struct_class_'):
            return {key.tag: self.typed(key) for key in element}
        return element.text == 'true' if kind == 'boolean' else element.text or ''


DOORS = [door() for door in (RestJson, RestXml, RestBody, RestList, RestAtomic, SoapLiteral,
                             SoapEncoded, XmlRpc, Amf0, Amf3)]


def without_times(tree):
    """TREE with each time of now as TIME: two calls may be in two seconds."""
    if isinstance(tree, dict):
        return {k: without_times(v) for k, v in tree.items()}
    if isinstance(tree, list):
        return [without_times(v) for v in tree]
    return re.sub(r'\b1[0-9]{9}\b', 'TIME', tree) if isinstance(tree, str) else tree
