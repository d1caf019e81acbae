/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown stands in the address: path and query. */
import { createStore, useStore } from "./store";

export type Place = { path: string[]; query: URLSearchParams };

function read(): Place {
    const path = location.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    return { path, query: new URLSearchParams(location.search) };
}

const place = createStore<Place>(read());

addEventListener("popstate", () => place.set(read()));

export function usePlace(): Place {
    return useStore(place);
}

export function go(address: string, how: "push" | "replace" = "push"): void {
    if (how === "push") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    place.set(read());
}

/* Empty values are left out, so that addresses stay short. */
export function addressOf(path: string, values: Record<string, string | undefined>): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
    const text = query.toString();
    return text ? `${path}?${text}` : path;
}

export function changeQuery(changes: Record<string, string | undefined>): void {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
        if (value) query.set(name, value);
        else query.delete(name);
    }
    const text = query.toString();
    go(text ? `${location.pathname}?${text}` : location.pathname, "replace");
}
