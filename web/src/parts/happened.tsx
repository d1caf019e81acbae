/* SPDX-License-Identifier: Apache-2.0 */
/* Repetitions, falls and postures of a video: on its time, and as a list that leads there. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { getJson, type JobEvent, type JobEvents } from "../api/client";
import { colourOf } from "../pose/draw";
import { t } from "../texts";
import { Bands, toneOf, type Band } from "./bands";
import type { Time } from "./chart";
import { EventTable } from "./event_table";

const MOST_ROWS = 500;
const LANES = ["rep", "fall", "posture"] as const;
type Lane = (typeof LANES)[number];

export type Happening = {
    key: number;
    lane: Lane;
    who: string; /* key of the person; "": nobody in particular */
    from: number;
    to: number;
    text: string;
    label: string;
    depth: string;
};

function laneOf(event: JobEvent): Lane | null {
    return LANES.find((lane) => lane === event.kind) ?? null;
}

/* In the order in which they began; repetitions are numbered, of each person and exercise. */
function readEvents(events: JobEvent[]): Happening[] {
    const counts = new Map<string, number>();
    const sorted = [...events].sort((a, b) => (a.start_ms ?? 0) - (b.start_ms ?? 0));
    return sorted.flatMap((event, key) => {
        const lane = laneOf(event);
        if (!lane) return [];
        const label = event.label ?? "";
        const counted = `${event.id}:${label}`;
        const n = (counts.get(counted) ?? 0) + 1;
        counts.set(counted, n);
        const from = (event.start_ms ?? 0) / 1000;
        return {
            key,
            lane,
            who: event.id === null ? "" : String(event.id),
            from,
            to: Math.max(from, (event.end_ms ?? 0) / 1000),
            text: lane === "rep" ? t.doing.happened.rep(label, n) : t.doing.happened[lane](label),
            label,
            depth: event.depth === undefined ? "" : t.doing.depth(event.depth),
        };
    });
}

export function useHappened(path: string | undefined): Happening[] {
    const [all, setAll] = useState<Happening[]>([]);
    useEffect(() => {
        if (!path) return;
        const ending = new AbortController();
        getJson<JobEvents>(path, { signal: ending.signal })
            .then(({ events }) => setAll(readEvents(events)))
            .catch(() => undefined); /* the charts say most of it as well */
        return () => ending.abort();
    }, [path]);
    return all;
}

type Given = { all: Happening[]; person: string; last: number; time: Time; onSeek: (s: number) => void };

const labels = ["squat", "push-up", "jumping-jack", "sit-up", "lunge", "curl"];
const postures = ["standing", "walking", "sitting", "lying", "waving"];

function bandOf({ lane, label, from, to, text }: Happening): Band {
    return { from, to, text, tone: toneOf(label, lane === "rep" ? labels : postures) };
}

/* Postures and activities may hold at the same time: what would cover another one goes a
 * lane further down. */
function rowsOf(all: Happening[]): { title: string; bands: Band[] }[] {
    const rows: { title: string; bands: Band[] }[] = [];
    for (const lane of LANES) {
        const lanes: Band[][] = [];
        for (const each of all.filter((one) => one.lane === lane)) {
            const room = lanes.find((bands) => bands[bands.length - 1].to <= each.from);
            if (room) room.push(bandOf(each));
            else lanes.push([bandOf(each)]);
        }
        lanes.forEach((bands, i) => rows.push({ title: i === 0 ? t.doing.lanes[lane] : "", bands }));
    }
    return rows;
}

export function Timeline({ all, person, last, time, onSeek }: Given) {
    const mine = useMemo(() => all.filter(({ who }) => who === person || who === ""), [all, person]);
    const rows = useMemo(() => rowsOf(mine), [mine]);
    if (mine.length === 0) return null;
    return (
        <div class="timeline">
            {rows.map(({ title, bands }, i) => (
                <Bands
                    key={i}
                    title={title}
                    label={t.doing.timelineText(title, bands.length)}
                    bands={bands}
                    first={0}
                    last={last}
                    time={time}
                    onSeek={onSeek}
                />
            ))}
        </div>
    );
}

function Row({ one, several, onSeek }: { one: Happening; several: boolean; onSeek: (s: number) => void }) {
    const { when, what, who, lasted } = t.doing.columns;
    const at = t.format.clock(one.from);
    return (
        <tr>
            <td data-label={when}>
                <button type="button" aria-label={t.doing.jump(one.text, at)} onClick={() => onSeek(one.from)}>
                    {at}
                </button>
            </td>
            <td data-label={what}>
                <span class={`kind ${one.lane} ${one.label}`}>{one.text}</span>
                {one.depth && " "}
                {one.depth && <span class="quiet">{one.depth}</span>}
            </td>
            {several && (
                <td data-label={who}>
                    {one.who && (
                        <>
                            <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                                <circle cx="5" cy="5" r="5" fill={colourOf(one.who)} />
                            </svg>
                            {t.joints.person(one.who)}
                        </>
                    )}
                </td>
            )}
            <td data-label={lasted}>{one.to > one.from ? t.format.duration(one.to - one.from) : ""}</td>
        </tr>
    );
}

export function HappenedList({ all, onSeek }: { all: Happening[]; onSeek: (s: number) => void }) {
    const several = new Set(all.map(({ who }) => who)).size > 1;
    const { when, what, who, lasted } = t.doing.columns;
    if (all.length === 0) return null;
    return (
        <section aria-labelledby="happened-title">
            <h2 id="happened-title">{t.doing.timeline}</h2>
            <EventTable
                label={t.doing.timeline}
                heads={[when, what, ...(several ? [who] : []), lasted]}
                kind="happened"
                below={all.length > MOST_ROWS && <p class="quiet">{t.doing.more(all.length - MOST_ROWS)}</p>}
            >
                {all.slice(0, MOST_ROWS).map((one) => (
                    <Row key={one.key} one={one} several={several} onSeek={onSeek} />
                ))}
            </EventTable>
        </section>
    );
}
