# SPDX-License-Identifier: Apache-2.0
# t/openapi.py -- the OpenAPI document of a site as a judge: whether what a function takes, gives and
# refuses is what the document says. Tests of documents and of protocols go through it.
import functools

import jsonschema

DOCUMENT = '/webservice/openapi.json'
SERVER = '/webservice/rest/server.php'


class Contract:
    """A document, and what it says of a function."""

    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver.from_schema(document)

    def resolve(self, node):
        """NODE, or the component that it refers to."""
        while '$ref' in node:
            node = self.resolver.resolve(node['$ref'])[1]
        return node

    def knows(self, function):
        return f'{SERVER}/{function}' in self.document['paths']

    def operation(self, function):
        return self.document['paths'][f'{SERVER}/{function}']['post']

    def params(self, function):
        """The schema of its parameters."""
        return self.operation(function)['requestBody']['content']['application/json']['schema']

    def response(self, function, status='200'):
        """The schema of an answer that has STATUS."""
        responses = self.operation(function)['responses']
        response = self.resolve(responses.get(status, responses['default']))
        return response['content']['application/json']['schema']

    def statuses(self, function):
        return [status for status in self.operation(function)['responses'] if status.isdigit()]

    def codes(self, function, status):
        """The errorcodes that it may have with STATUS."""
        return self.response(function, status)['allOf'][1]['properties']['errorcode']['enum']

    def all_codes(self, function):
        return {code for status in self.statuses(function) if status != '200'
                for code in self.codes(function, status)}

    def errors(self, schema, value):
        """What is wrong with VALUE, for SCHEMA."""
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        return [f'{error.json_path}: {error.message[:200]}'
                for error in validator.iter_errors(value)]

    def check(self, schema, value):
        assert self.errors(schema, value) == []

    def check_answer(self, function, answer):
        """ANSWER, in JSON of whatever status, is one that FUNCTION may give; of a function that nobody
        knows it is an exception."""
        if not self.knows(function) or (isinstance(answer, dict) and 'exception' in answer):
            self.check({'$ref': '#/components/schemas/Exception'}, answer)
            assert not self.knows(function) or answer['errorcode'] in self.all_codes(function), answer
        else:
            self.check(self.response(function), answer)


@functools.lru_cache(maxsize=None)
def contract(site):
    """What SITE tells of all its functions."""
    reply = site.request('GET', DOCUMENT)
    assert reply.status == 200, reply.body
    return Contract(reply.json())
