// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/amf.js -- packets of AMF with one call or one answer, and values of AMF0 and AMF3
// by "Action Message Format" 0 and 3 of Adobe. Structs are plain objects, lists arrays.

/** Grows by what is written, all of it big-endian. */
class Writer {
    bytes = [];

    u8(number) {
        this.bytes.push(number & 0xff);
    }

    u16(number) {
        this.u8(number >> 8);
        this.u8(number);
    }

    u32(number) {
        this.u16(number >>> 16);
        this.u16(number);
    }

    f64(number) {
        const view = new DataView(new ArrayBuffer(8));

        view.setFloat64(0, number);
        this.raw(new Uint8Array(view.buffer));
    }

    /** A number of AMF3, of up to 29 bits. */
    u29(number) {
        if (number >= 0x200000) {
            this.u8(number >> 22 | 0x80);
            this.u8(number >> 15 | 0x80);
            this.u8(number >> 8 | 0x80);
            this.u8(number);
            return;
        }
        if (number >= 0x4000) {
            this.u8(number >> 14 | 0x80);
        }
        if (number >= 0x80) {
            this.u8(number >> 7 | 0x80);
        }
        this.u8(number & 0x7f);
    }

    raw(bytes) {
        bytes.forEach((byte) => this.bytes.push(byte));
    }

    /** A text with its length in 16 bits. */
    text(text) {
        const bytes = new TextEncoder().encode(text);

        this.u16(bytes.length);
        this.raw(bytes);
    }
}

/** Write VALUE as AMF0. */
function writeAmf0(out, value) {
    if (value === null || value === undefined) {
        out.u8(0x05);
    } else if (typeof value === 'boolean') {
        out.u8(0x01);
        out.u8(value ? 1 : 0);
    } else if (typeof value === 'number') {
        out.u8(0x00);
        out.f64(value);
    } else if (typeof value === 'string') {
        const bytes = new TextEncoder().encode(value);

        if (bytes.length > 0xffff) {
            out.u8(0x0c);
            out.u32(bytes.length);
        } else {
            out.u8(0x02);
            out.u16(bytes.length);
        }
        out.raw(bytes);
    } else if (Array.isArray(value)) {
        out.u8(0x0a);
        out.u32(value.length);
        value.forEach((item) => writeAmf0(out, item));
    } else {
        out.u8(0x03);
        for (const [key, item] of Object.entries(value)) {
            out.text(key);
            writeAmf0(out, item);
        }
        out.text('');
        out.u8(0x09);
    }
}

/** Write TEXT as AMF3 does within values, without a reference. */
function writeAmf3Text(out, text) {
    const bytes = new TextEncoder().encode(text);

    out.u29(bytes.length << 1 | 1);
    out.raw(bytes);
}

/** Write VALUE as AMF3. */
function writeAmf3(out, value) {
    if (value === null || value === undefined) {
        out.u8(0x01);
    } else if (typeof value === 'boolean') {
        out.u8(value ? 0x03 : 0x02);
    } else if (Number.isInteger(value) && value >= -0x10000000 && value < 0x10000000) {
        out.u8(0x04);
        out.u29(value & 0x1fffffff);
    } else if (typeof value === 'number') {
        out.u8(0x05);
        out.f64(value);
    } else if (typeof value === 'string') {
        out.u8(0x06);
        writeAmf3Text(out, value);
    } else if (Array.isArray(value)) {
        out.u8(0x09);
        out.u29(value.length << 1 | 1);
        writeAmf3Text(out, '');
        value.forEach((item) => writeAmf3(out, item));
    } else {
        out.u8(0x0a);
        out.u8(0x0b);
        writeAmf3Text(out, '');
        for (const [key, item] of Object.entries(value)) {
            writeAmf3Text(out, key);
            writeAmf3(out, item);
        }
        writeAmf3Text(out, '');
    }
}

/**
 * A packet that calls TARGET.
 *
 * @param {string} target the function
 * @param {Array} args its arguments
 * @param {0|3} version the encoding of these
 * @returns {Uint8Array}
 */
export function encodePacket(target, args, version) {
    const out = new Writer();
    const body = new Writer();

    body.u8(0x0a);
    body.u32(args.length);
    args.forEach((arg) => {
        if (version === 3) {
            body.u8(0x11);
            writeAmf3(body, arg);
        } else {
            writeAmf0(body, arg);
        }
    });
    out.u16(version);
    out.u16(0);
    out.u16(1);
    out.text(target);
    out.text('/1');
    out.u32(body.bytes.length);
    out.raw(body.bytes);
    return Uint8Array.from(out.bytes);
}

/** Reads BYTES from their begin; what is not there throws a RangeError. */
class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.at = 0;
        this.objects = [];
        this.texts = [];
        this.traits = [];
    }

    u8() {
        return this.view.getUint8(this.at++);
    }

    u16() {
        this.at += 2;
        return this.view.getUint16(this.at - 2);
    }

    u32() {
        this.at += 4;
        return this.view.getUint32(this.at - 4);
    }

    f64() {
        this.at += 8;
        return this.view.getFloat64(this.at - 8);
    }

    u29() {
        let number = 0;

        for (let i = 0; i < 3; i++) {
            const byte = this.u8();

            number = number << 7 | byte & 0x7f;
            if (!(byte & 0x80)) {
                return number;
            }
        }
        return number << 8 | this.u8();
    }

    text(length) {
        const bytes = this.bytes.subarray(this.at, this.at + length);

        this.at += length;
        return new TextDecoder().decode(bytes);
    }
}

/** Fill STRUCT with the keys and values of AMF0 up to their end. */
function readAmf0Keys(from, struct) {
    for (;;) {
        const key = from.text(from.u16());

        if (key === '' && from.bytes[from.at] === 0x09) {
            from.at++;
            return struct;
        }
        struct[key] = readAmf0(from);
    }
}

/** The value of AMF0 that comes next. */
function readAmf0(from) {
    const marker = from.u8();

    switch (marker) {
    case 0x00: return from.f64();
    case 0x01: return from.u8() !== 0;
    case 0x02: return from.text(from.u16());
    case 0x03: return readAmf0Keys(from, {});
    case 0x05: case 0x06: return null;
    case 0x08: from.u32(); return readAmf0Keys(from, {});
    case 0x0a: return Array.from({length: from.u32()}, () => readAmf0(from));
    case 0x0c: return from.text(from.u32());
    case 0x10: from.text(from.u16()); return readAmf0Keys(from, {});
    case 0x11: return readAmf3(from);
    default: throw new RangeError(`No type of AMF0: ${marker}`);
    }
}

/** The text of AMF3 that comes next, which may be one that was there before. */
function readAmf3Text(from) {
    const head = from.u29();

    if (!(head & 1)) {
        return from.texts[head >> 1];
    }
    const text = from.text(head >> 1);

    if (text !== '') {
        from.texts.push(text);
    }
    return text;
}

/** The keys that an object of AMF3 has, by the HEAD of the object. */
function readTraits(from, head) {
    if (!(head & 2)) {
        return from.traits[head >> 2];
    }
    readAmf3Text(from); // the name of the class
    const traits = {
        keys: Array.from({length: head >> 4}, () => readAmf3Text(from)), isDynamic: head & 8,
    };

    from.traits.push(traits);
    return traits;
}

/** Fill STRUCT with keys and values of AMF3 up to their end. */
function readAmf3Keys(from, struct) {
    for (let key = readAmf3Text(from); key !== ''; key = readAmf3Text(from)) {
        struct[key] = readAmf3(from);
    }
    return struct;
}

/** The object of AMF3 that comes next, with the HEAD that was read. */
function readAmf3Object(from, head) {
    const object = {};
    const traits = readTraits(from, head);

    from.objects.push(object);
    traits.keys.forEach((key) => {
        object[key] = readAmf3(from);
    });
    return traits.isDynamic ? readAmf3Keys(from, object) : object;
}

/** The array of AMF3 that comes next, with the HEAD that was read. */
function readAmf3Array(from, head) {
    const list = [];

    from.objects.push(list);
    readAmf3Keys(from, {});
    for (let i = 0; i < head >> 1; i++) {
        list.push(readAmf3(from));
    }
    return list;
}

/** What MARKER begins where AMF3 may refer to what was there before. */
function readAmf3Complex(from, marker) {
    const head = from.u29();

    if (!(head & 1)) {
        return from.objects[head >> 1];
    }
    return marker === 0x09 ? readAmf3Array(from, head) : readAmf3Object(from, head);
}

/** The value of AMF3 that comes next. */
function readAmf3(from) {
    const marker = from.u8();

    switch (marker) {
    case 0x00: case 0x01: return null;
    case 0x02: return false;
    case 0x03: return true;
    case 0x04: return from.u29() << 3 >> 3;
    case 0x05: return from.f64();
    case 0x06: return readAmf3Text(from);
    case 0x09: case 0x0a: return readAmf3Complex(from, marker);
    default: throw new RangeError(`No type of AMF3: ${marker}`);
    }
}

/**
 * The first message of an answer.
 *
 * @param {Uint8Array} bytes the packet
 * @returns {{failed: boolean, value: *}}
 */
export function decodePacket(bytes) {
    const from = new Reader(bytes);

    from.u16();
    for (let headers = from.u16(); headers > 0; headers--) {
        from.text(from.u16());
        from.at += 5;
        readAmf0(from);
    }
    from.u16();
    const target = from.text(from.u16());

    from.text(from.u16());
    from.u32();
    return {failed: target.endsWith('/onStatus'), value: readAmf0(from)};
}
