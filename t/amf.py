# SPDX-License-Identifier: Apache-2.0
# t/amf.py -- AMF0, AMF3 and packets, written from their specifications and not from the module: what
# tests send, and how they read what comes back. The reader takes nothing for granted.
import datetime
import struct


class Obj(dict):
    """An object of a class. SEALED: members that the class names."""

    def __init__(self, cls='', members=(), sealed=()):
        super().__init__(members)
        self.cls, self.sealed = cls, tuple(sealed)


class Raw(bytes):
    """Bytes of an encoding, to stand where a value is expected."""


class Avm(list):
    """[value]: a value in AMF3 within AMF0."""


class Undefined:
    pass


def u16(n):
    return struct.pack('>H', n)


def u32(n):
    return struct.pack('>I', n)


def f64(x):
    return struct.pack('>d', x)


def utf8(text):
    text = text.encode() if isinstance(text, str) else text
    return u16(len(text)) + text


def ms(when):
    return when.timestamp() * 1000


# ---- AMF0

def amf0(v):
    if isinstance(v, Raw):
        return bytes(v)
    if isinstance(v, Avm):
        return b'\x11' + Amf3().value(v[0])
    if v is None:
        return b'\x05'
    if v is Undefined:
        return b'\x06'
    if isinstance(v, bool):
        return b'\x01' + bytes([v])
    if isinstance(v, (int, float)):
        return b'\x00' + f64(v)
    if isinstance(v, str):
        text = v.encode('utf-8', 'surrogateescape')
        return b'\x02' + utf8(text) if len(text) < 65536 else b'\x0c' + u32(len(text)) + text
    if isinstance(v, datetime.datetime):
        return b'\x0b' + f64(ms(v)) + b'\0\0'
    if isinstance(v, (list, tuple)):
        return b'\x0a' + u32(len(v)) + b''.join(map(amf0, v))
    head = b'\x10' + utf8(v.cls) if isinstance(v, Obj) and v.cls else b'\x03'
    return head + b''.join(utf8(k) + amf0(i) for k, i in v.items()) + b'\0\0\x09'


def u29(n):
    n &= 0x1fffffff
    if n < 0x80:
        return bytes([n])
    if n < 0x4000:
        return bytes([0x80 | n >> 7, n & 0x7f])
    if n < 0x200000:
        return bytes([0x80 | n >> 14, 0x80 | n >> 7 & 0x7f, n & 0x7f])
    return bytes([0x80 | n >> 22, 0x80 | n >> 15 & 0x7f, 0x80 | n >> 8 & 0x7f, n & 0xff])


class Amf3:
    """Writes values of AMF3 that share their tables."""

    def __init__(self):
        self.strings, self.traits, self.objects, self.ids = [], [], [], {}

    def string(self, text):
        text = text.encode('utf-8', 'surrogateescape') if isinstance(text, str) else text
        if text in self.strings:
            return u29(self.strings.index(text) << 1)
        if text:
            self.strings.append(text)
        return u29(len(text) << 1 | 1) + text

    def members(self, items):
        return b''.join(self.string(k) + self.value(v) for k, v in items) + b'\x01'

    def object(self, v):
        cls, sealed = (v.cls, v.sealed) if isinstance(v, Obj) else ('', ())
        dynamic = any(k not in sealed for k in v) or not sealed
        traits = (cls, sealed, dynamic)
        if traits in self.traits:
            head = u29(self.traits.index(traits) << 2 | 1)
        else:
            self.traits.append(traits)
            head = (u29(len(sealed) << 4 | dynamic << 3 | 3) + self.string(cls)
                    + b''.join(map(self.string, sealed)))
        body = b''.join(self.value(v[k]) for k in sealed)
        rest = [(k, i) for k, i in v.items() if k not in sealed]
        return b'\x0a' + head + body + (self.members(rest) if dynamic else b'')

    def value(self, v):
        if isinstance(v, Raw):
            return bytes(v)
        if v is None:
            return b'\x01'
        if v is Undefined:
            return b'\x00'
        if isinstance(v, bool):
            return b'\x03' if v else b'\x02'
        if isinstance(v, int) and -2**28 <= v < 2**28:
            return b'\x04' + u29(v)
        if isinstance(v, (int, float)):
            return b'\x05' + f64(v)
        if isinstance(v, str):
            return b'\x06' + self.string(v)
        marker = {bytes: 12, datetime.datetime: 8, list: 9, tuple: 9}.get(type(v), 10)
        if id(v) in self.ids:
            return bytes([marker]) + u29(self.ids[id(v)] << 1)
        self.ids[id(v)] = len(self.objects)
        self.objects.append(v)
        if marker == 12:
            return b'\x0c' + u29(len(v) << 1 | 1) + v
        if marker == 8:
            return b'\x08\x01' + f64(ms(v))
        if marker == 9:
            return b'\x09' + u29(len(v) << 1 | 1) + b'\x01' + b''.join(map(self.value, v))
        return self.object(v)


def amf3(v):
    return Amf3().value(v)


# ---- packets

def packet(*messages, version=0, headers=()):
    """MESSAGES: (target, response, value) each; HEADERS: (name, value)."""
    out = u16(version) + u16(len(headers))
    for name, value in headers:
        body = amf0(value)
        out += utf8(name) + b'\0' + u32(len(body)) + body
    out += u16(len(messages))
    for target, response, value in messages:
        body = amf0(value)
        out += utf8(target) + utf8(response) + u32(len(body)) + body
    return out


MESSAGES = 'flex.messaging.messages.'


def remoting(operation, args, source=None, headers=None, **more):
    members = {'source': source, 'operation': operation, 'destination': 'zend', 'clientId': None,
               'messageId': '7B1C2A90-0000-4000-8000-00000000A001', 'timestamp': 0, 'timeToLive': 0,
               'headers': headers or {}, 'body': args, **more}
    return Obj(MESSAGES + 'RemotingMessage', members, members)


def command(operation, body=None, headers=None, **more):
    members = {'operation': operation, 'correlationId': '', 'timestamp': 0, 'clientId': None,
               'timeToLive': 0, 'messageId': '7B1C2A90-0000-4000-8000-00000000A002',
               'destination': '', 'headers': headers or {}, 'body': {} if body is None else body,
               **more}
    return Obj(MESSAGES + 'CommandMessage', members, members)


# ---- reading

class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0
        self.forget()

    def forget(self):
        self.strings, self.objects, self.traits = [], [], []

    def take(self, n):
        assert n <= len(self.data) - self.at, 'the answer is cut'
        self.at += n
        return self.data[self.at - n:self.at]

    def u8(self):
        return self.take(1)[0]

    def u16(self):
        return struct.unpack('>H', self.take(2))[0]

    def u32(self):
        return struct.unpack('>I', self.take(4))[0]

    def f64(self):
        return struct.unpack('>d', self.take(8))[0]

    def utf8(self):
        return self.take(self.u16()).decode()

    def u29(self):
        n = 0
        for _ in range(3):
            byte = self.u8()
            n = n << 7 | byte & 0x7f
            if byte < 0x80:
                return n
        return n << 8 | self.u8()

    def amf0(self):
        marker = self.u8()
        if marker == 0:
            return self.f64()
        if marker == 1:
            return {0: False, 1: True}[self.u8()]
        if marker == 2:
            return self.utf8()
        if marker == 3:
            members = {}
            while True:
                key = self.utf8()
                if not key:
                    assert self.u8() == 9
                    return members
                assert key not in members
                members[key] = self.amf0()
        if marker == 5:
            return None
        if marker == 10:
            return [self.amf0() for _ in range(self.u32())]
        if marker == 12:
            return self.take(self.u32()).decode()
        assert marker == 17, f'marker {marker}'
        return self.amf3()

    def string(self):
        n = self.u29()
        if not n & 1:
            return self.strings[n >> 1]
        text = self.take(n >> 1).decode()
        if text:
            self.strings.append(text)
        return text

    def amf3(self):
        marker = self.u8()
        if marker < 4:
            return (Undefined, None, False, True)[marker]
        if marker == 4:
            n = self.u29()
            return n - 2**29 if n >= 2**28 else n
        if marker == 5:
            return self.f64()
        if marker == 6:
            return self.string()
        n = self.u29()
        assert n & 1, 'a reference to an object'
        if marker == 9:
            items = []
            self.objects.append(items)
            assert self.string() == ''
            items.extend(self.amf3() for _ in range(n >> 1))
            return items
        assert marker == 10, f'marker {marker}'
        if n & 2:
            assert not n & 4
            cls = self.string()
            traits = (cls, n >> 3 & 1, [self.string() for _ in range(n >> 4)])
            self.traits.append(traits)
        else:
            traits = self.traits[n >> 2]
        members = Obj(traits[0], sealed=traits[2])
        self.objects.append(members)
        for key in traits[2]:
            members[key] = self.amf3()
        if traits[1]:
            while key := self.string():
                assert key not in members
                members[key] = self.amf3()
        return members


def read(data):
    """A packet: version, headers {name: value}, messages [(target, response, value)]."""
    reader = Reader(data)
    version, headers, messages = reader.u16(), {}, []

    def value():
        length, begin = reader.u32(), reader.at
        reader.forget()
        it = reader.amf0()
        assert reader.at - begin == length, 'a length that is not true'
        return it

    for _ in range(reader.u16()):
        name, _ = reader.utf8(), reader.u8()
        headers[name] = value()
    for _ in range(reader.u16()):
        target, response = reader.utf8(), reader.utf8()
        messages.append((target, response, value()))
    assert reader.at == len(data), 'something behind the packet'
    return version, headers, messages
