/* SPDX-License-Identifier: Apache-2.0 */
/* Videos on their way to the server, one at a time, in the order in which they were given. */
import { asProblem, isAbort, sendFile, withOptions, type Options, type Sending } from "./api/client";
import { waitForSession } from "./api/session";
import { createStore } from "./store";

export type Upload = {
    key: number;
    file: File;
    options: Options;
    state: "waiting" | "sending" | "failed";
    sent: number;
    total: number;
    startedMs: number;
    error: string;
};

export const uploads = createStore<Upload[]>([]);

/* The files of jobs that this page sent: they can be played without the server. */
const files = new Map<string, File>();

export function fileOfJob(id: string): File | undefined {
    return files.get(id);
}

/* Counts uploads that arrived; lists of jobs are asked for anew then. */
export const arrivals = createStore(0);

let keys = 0;
let current: { key: number; sending: Sending } | null = null;

function change(key: number, changes: Partial<Upload>): void {
    uploads.set(uploads.get().map((each) => (each.key === key ? { ...each, ...changes } : each)));
}

function drop(key: number): void {
    uploads.set(uploads.get().filter((each) => each.key !== key));
}

async function sendNext(): Promise<void> {
    const next = uploads.get().find((each) => each.state === "waiting");
    if (current || !next) return;
    const address = withOptions("/api/jobs", { name: next.file.name, ...next.options });
    const sending = sendFile(address, next.file, (sent, total) => change(next.key, { sent, total }));
    current = { key: next.key, sending };
    change(next.key, { state: "sending", startedMs: performance.now(), sent: 0 });
    try {
        const job = await sending.done;
        files.set(job.id, next.file);
        drop(next.key);
        arrivals.set(arrivals.get() + 1);
    } catch (error) {
        await failed(next.key, error);
    }
    current = null;
    void sendNext();
}

async function failed(key: number, error: unknown): Promise<void> {
    const problem = asProblem(error);
    if (isAbort(error)) {
        drop(key);
    } else if (problem.status === 401) {
        await waitForSession();
        change(key, { state: "waiting" });
    } else {
        change(key, { state: "failed", error: problem.message });
    }
}

/* What is not sent would be lost with the page. */
addEventListener("beforeunload", (event) => {
    if (uploads.get().some((each) => each.state !== "failed")) event.preventDefault();
});

export function addUploads(chosen: File[], options: Options): void {
    const added = chosen.map((file): Upload => ({
        key: ++keys,
        file,
        options,
        state: "waiting",
        sent: 0,
        total: file.size,
        startedMs: 0,
        error: "",
    }));
    uploads.set([...uploads.get(), ...added]);
    void sendNext();
}

export function cancelUpload(key: number): void {
    if (current?.key === key) current.sending.cancel();
    else drop(key);
}

export function retryUpload(key: number): void {
    change(key, { state: "waiting", error: "" });
    void sendNext();
}
