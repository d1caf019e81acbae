/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the server again and again, as long as something is shown. */
import { useEffect } from "preact/hooks";
import { asProblem, getJson, isAbort, type Problem } from "./api/client";

/* @return milliseconds until it is asked again; null: never */
export type Then<T> = (what: T) => number | null;

/* @param when one of these changes it begins anew */
export function usePoll<T>(path: string, answered: Then<T>, failed: Then<Problem>, when: unknown[] = []): void {
    useEffect(() => {
        const ending = new AbortController();
        let timer = 0;
        async function ask() {
            let wait: number | null;
            try {
                wait = answered(await getJson<T>(path, { signal: ending.signal }));
            } catch (error) {
                if (isAbort(error)) return;
                wait = failed(asProblem(error));
            }
            if (wait !== null && !ending.signal.aborted) timer = window.setTimeout(ask, wait);
        }
        void ask();
        return () => {
            ending.abort();
            clearTimeout(timer);
        };
    }, [path, ...when]);
}
