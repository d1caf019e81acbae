/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to the server, and its problem documents (RFC 9457) as errors. */
import type { components } from "./schema";
import { waitForSession } from "./session";
import { t } from "../texts";

type Schemas = components["schemas"];
export type Job = Schemas["Job"];
export type Jobs = Schemas["Jobs"];
export type Stream = Schemas["Stream"];
export type Streams = Schemas["Streams"];
export type Model = Schemas["Model"];
export type Models = Schemas["Models"];
export type StanceEvent = Schemas["Event"];
export type StanceEvents = Schemas["Events"];
export type Poses = Schemas["Poses"];
export type PoseFrame = Schemas["Frame"];
export type Skeletons = Schemas["Skeletons"];
export type Keypoint = Schemas["Keypoint"];
export type Measure = Schemas["Measure"];
export type Analysis = Schemas["Analysis"];
export type JobEvent = Schemas["JobEvent"];
export type JobEvents = Schemas["JobEvents"];

export type Options = Record<string, string>;

export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly title: string,
        detail: string,
    ) {
        super(detail);
    }
}

export function asProblem(error: unknown): Problem {
    if (error instanceof Problem) return error;
    return new Problem(0, t.errors.title, error instanceof Error ? error.message : String(error));
}

export function isAbort(error: unknown): boolean {
    return error instanceof DOMException && error.name === "AbortError";
}

export function problemOf(status: number, body: string): Problem {
    try {
        const read = JSON.parse(body) as { title?: string; detail?: string };
        if (read.detail) return new Problem(status, read.title ?? t.errors.title, read.detail);
    } catch {
        /* something between here and the server answered in its own words */
    }
    return new Problem(status, t.errors.title, t.errors.status(status));
}

export function withOptions(path: string, options: Options = {}): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options)) if (value !== "") query.set(name, value);
    const text = query.toString();
    return text ? `${path}?${text}` : path;
}

export type Asked = { method?: string; body?: BodyInit; accept?: string; signal?: AbortSignal };

export async function request(path: string, asked: Asked = {}): Promise<Response> {
    const headers: Record<string, string> = asked.accept ? { Accept: asked.accept } : {};
    for (;;) {
        let reply: Response;
        try {
            reply = await fetch(path, { ...asked, headers });
        } catch (error) {
            if (isAbort(error)) throw error;
            throw new Problem(0, t.errors.title, t.errors.unreachable);
        }
        if (reply.ok) return reply;
        if (reply.status !== 401) throw problemOf(reply.status, await reply.text());
        await waitForSession();
    }
}

export async function getJson<T>(path: string, asked: Asked = {}): Promise<T> {
    return (await (await request(path, asked)).json()) as T;
}

/* ---- uploads, which tell how far they are ---- */

export type Sending = { done: Promise<Job>; cancel(): void };

export function sendFile(
    path: string,
    file: File,
    onProgress: (sent: number, total: number) => void,
): Sending {
    const xhr = new XMLHttpRequest();
    const done = new Promise<Job>((resolve, reject) => {
        xhr.upload.onprogress = (event) => onProgress(event.loaded, event.total);
        xhr.onload = () => {
            if (xhr.status < 300) resolve(JSON.parse(xhr.responseText) as Job);
            else reject(problemOf(xhr.status, xhr.responseText));
        };
        xhr.onerror = () => reject(new Problem(0, t.errors.title, t.errors.uploadBroke));
        xhr.onabort = () => reject(new DOMException("", "AbortError"));
    });
    xhr.open("POST", path);
    xhr.send(file);
    return { done, cancel: () => xhr.abort() };
}

/* ---- where sockets are ---- */

export function socketAddress(path: string): string {
    return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
