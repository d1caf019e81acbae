/* SPDX-License-Identifier: Apache-2.0 */
/* Replies that go on: server-sent events of a POST, and pictures one behind the other. */
import { request, type Asked } from "./client";

export type ServerEvent = { event: string; data: string };

function readEvent(block: string): ServerEvent | null {
    let event = "message";
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
        if (line.startsWith("event:")) event = line.slice(6).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    }
    return data.length > 0 ? { event, data: data.join("\n") } : null;
}

/* EventSource can only GET. */
export async function* eventsOf(path: string, asked: Asked): AsyncGenerator<ServerEvent> {
    const reply = await request(path, asked);
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    let held = "";
    for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        held += value;
        const blocks = held.split(/\r?\n\r?\n/);
        held = blocks.pop() ?? "";
        for (const block of blocks) {
            const event = readEvent(block);
            if (event) yield event;
        }
    }
}

/* ---- pictures (multipart/x-mixed-replace) ---- */

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
    const both = new Uint8Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
}

function endOfHead(bytes: Uint8Array): number {
    for (let i = 0; i + 3 < bytes.length; i++)
        if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10)
            return i;
    return -1;
}

type Part = { picture: Blob | null; rest: Uint8Array<ArrayBuffer> };

/* @return null: it is not whole yet */
function takePart(held: Uint8Array<ArrayBuffer>): Part | null {
    const end = endOfHead(held);
    if (end < 0) return null;
    const head = new TextDecoder().decode(held.subarray(0, end));
    const length = /content-length:\s*(\d+)/i.exec(head);
    if (!length) return { picture: null, rest: held.slice(end + 4) };
    const from = end + 4;
    const to = from + Number(length[1]);
    if (held.length < to) return null;
    return {
        picture: new Blob([held.slice(from, to)], { type: "image/jpeg" }),
        rest: held.slice(to),
    };
}

/* An <img> would show them as well, but cannot be paused, recorded or told to end. */
export async function* picturesOf(path: string, signal: AbortSignal): AsyncGenerator<Blob> {
    const reply = await request(path, { signal });
    const reader = reply.body!.getReader();
    let held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
    for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        held = join(held, value);
        let newest: Blob | null = null;
        for (let part = takePart(held); part; part = takePart(held)) {
            held = part.rest;
            newest = part.picture ?? newest;
        }
        if (newest) yield newest; /* whoever is slow sees the newest only */
    }
}
