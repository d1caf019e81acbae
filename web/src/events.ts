/* SPDX-License-Identifier: Apache-2.0 */
/* Events of the server's database: pages, those that come, and how many in each hour. */
import { useEffect, useState } from "preact/hooks";
import {
    asProblem,
    getJson,
    isAbort,
    withOptions,
    type Options,
    type StanceEvent,
    type StanceEvents,
} from "./api/client";

const PAGE = "50";
const COUNTED = "1000";
const COUNT_MS = 10_000;
const MOST_NEWS = 200; /* a page may be left open for days */
const LEAST_HOURS = 12;
const MOST_HOURS = 168;
const HOUR_MS = 3_600_000;

export const filterNames = ["kind", "since", "person", "source", "place"] as const;

export function filtersOf(query: URLSearchParams): Options {
    const filters: Options = {};
    for (const name of filterNames) filters[name] = query.get(name) ?? "";
    return filters;
}

export type Page = {
    events: StanceEvent[];
    next: string | null;
    error: string;
    off: boolean;
    loaded: boolean;
};

const empty: Page = { events: [], next: null, error: "", off: false, loaded: false };

export function usePage(filters: Options, after: string, round: number): Page {
    const [page, setPage] = useState<Page>(empty);
    const path = withOptions("/api/events", { ...filters, newest: "yes", limit: PAGE, after });
    useEffect(() => {
        const ending = new AbortController();
        getJson<StanceEvents>(path, { signal: ending.signal })
            .then(({ events, next }) => setPage({ ...empty, events, next, loaded: true }))
            .catch((error) => {
                if (isAbort(error)) return;
                const { status, message } = asProblem(error);
                setPage({ ...empty, error: message, off: status === 404, loaded: true });
            });
        return () => ending.abort();
    }, [path, round]);
    return page;
}

/* @param count of all, also of those that are no longer listed */
export type News = { events: StanceEvent[]; count: number; stopped: boolean };

const noNews: News = { events: [], count: 0, stopped: false };

/* The newest first. */
export function useNews(filters: Options, on: boolean): News {
    const [news, setNews] = useState<News>(noNews);
    const path = withOptions("/api/events/live", filters);
    useEffect(() => {
        setNews(noNews);
        if (!on) return;
        const source = new EventSource(path);
        source.addEventListener("event", (message) => {
            const event = JSON.parse((message as MessageEvent<string>).data) as StanceEvent;
            setNews((before) => ({
                events: [event, ...before.events].slice(0, MOST_NEWS),
                count: before.count + 1,
                stopped: false,
            }));
        });
        source.onopen = () => setNews((before) => ({ ...before, stopped: false }));
        source.onerror = () => setNews((before) => ({ ...before, stopped: true }));
        return () => source.close();
    }, [path, on]);
    return news;
}

/* By the clock; of clips that tell none, by when they were looked at. */
export function timeOf(event: StanceEvent): Date | null {
    if (event.clock) return new Date(event.clock);
    return event.run_began ? new Date(event.run_began) : null;
}

export type Hours = { starts: number[]; counts: number[]; part: number };

function countHours(events: StanceEvent[], part: number): Hours {
    const byHour = new Map<number, number>();
    for (const event of events) {
        const time = timeOf(event);
        if (!time) continue;
        const hour = new Date(time);
        hour.setMinutes(0, 0, 0);
        byHour.set(hour.getTime(), (byHour.get(hour.getTime()) ?? 0) + 1);
    }
    const known = [...byHour.keys()];
    if (known.length === 0) return { starts: [], counts: [], part };
    const last = Math.max(...known);
    const lately = known.filter((at) => at > last - MOST_HOURS * HOUR_MS);
    const first = Math.min(...lately, last - (LEAST_HOURS - 1) * HOUR_MS);
    const starts: number[] = [];
    for (let at = first; at <= last; at += HOUR_MS) starts.push(at);
    return { starts, counts: starts.map((at) => byHour.get(at) ?? 0), part };
}

/* @param round counts up when there is reason to count anew @param live and so does time */
export function useHours(filters: Options, round: number, live: boolean): Hours {
    const [hours, setHours] = useState<Hours>({ starts: [], counts: [], part: 0 });
    const path = withOptions("/api/events", { ...filters, newest: "yes", limit: COUNTED });
    useEffect(() => {
        const ending = new AbortController();
        const count = () =>
            getJson<StanceEvents>(path, { signal: ending.signal })
                .then(({ events, next }) => setHours(countHours(events, next === null ? 0 : events.length)))
                .catch(() => undefined); /* the page of events says what is wrong */
        void count();
        const timer = live ? window.setInterval(count, COUNT_MS) : 0;
        return () => {
            ending.abort();
            clearInterval(timer);
        };
    }, [path, round, live]);
    return hours;
}
