/* SPDX-License-Identifier: Apache-2.0 */
/* Several files in one, stored as they are: pictures would not get smaller.
 * The form is that of PKWARE's APPNOTE.TXT, without its extensions for more than 4 GB. */

export type Entry = { name: string; bytes: Uint8Array };

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const FIRST_DAY = 0x21; /* 1980-01-01: when they were made is not known here */

const table = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
});

export function crc32(bytes: Uint8Array): number {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return (crc ^ 0xffffffff) >>> 0;
}

/* [value, how many bytes], the lowest first */
function record(fields: [number, 2 | 4][]): Uint8Array<ArrayBuffer> {
    const made = new DataView(new ArrayBuffer(fields.reduce((n, [, size]) => n + size, 0)));
    let at = 0;
    for (const [value, size] of fields) {
        if (size === 2) made.setUint16(at, value, true);
        else made.setUint32(at, value, true);
        at += size;
    }
    return new Uint8Array(made.buffer);
}

function common(entry: Entry, name: Uint8Array): [number, 2 | 4][] {
    return [
        [VERSION, 2],
        [UTF8_NAMES, 2],
        [0, 2] /* stored */,
        [0, 2],
        [FIRST_DAY, 2],
        [crc32(entry.bytes), 4],
        [entry.bytes.length, 4],
        [entry.bytes.length, 4],
        [name.length, 2],
        [0, 2],
    ];
}

export function zip(entries: Entry[]): Blob {
    const parts: BlobPart[] = [];
    const central: BlobPart[] = [];
    let at = 0;
    let centralSize = 0;
    for (const entry of entries) {
        const name = new TextEncoder().encode(entry.name);
        const fields = common(entry, name);
        const head = record([[LOCAL, 4], ...fields]);
        parts.push(head, name, entry.bytes as Uint8Array<ArrayBuffer>);
        const row = record([[CENTRAL, 4], [VERSION, 2], ...fields, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]);
        central.push(row, name);
        centralSize += row.length + name.length;
        at += head.length + name.length + entry.bytes.length;
    }
    const n = entries.length;
    const end = record([[END, 4], [0, 2], [0, 2], [n, 2], [n, 2], [centralSize, 4], [at, 4], [0, 2]]);
    return new Blob([...parts, ...central, end], { type: "application/zip" });
}
