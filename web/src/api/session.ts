/* SPDX-License-Identifier: Apache-2.0 */
/* A server with a token answers 401 until the page has a session. Requests wait for it. */
import { createStore } from "../store";

export const tokenNeeded = createStore(false);

let waiting: (() => void)[] = [];

export function waitForSession(): Promise<void> {
    return new Promise((resolve) => {
        waiting.push(resolve);
        tokenNeeded.set(true);
    });
}

/* @return false: it is another token */
export async function beginSession(token: string): Promise<boolean> {
    const headers = { Authorization: `Bearer ${token}` };
    const reply = await fetch("/api/session", { method: "POST", headers });
    if (!reply.ok) return false;
    const those = waiting;
    waiting = [];
    tokenNeeded.set(false);
    for (const resolve of those) resolve();
    return true;
}
