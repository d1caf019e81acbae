/* SPDX-License-Identifier: Apache-2.0 */
/* What the charts show: numbers over the time of a video. */
import type { Person, Result } from "./result";

export type Line = (number | null)[];

const THRESHOLD = 0.2;

export function seconds(result: Result): number[] {
    return result.frames.map((frame) => frame.ms / 1000);
}

export function peopleLine(result: Result): Line {
    return result.frames.map((frame) => frame.people.length);
}

function find(people: Person[], key: string): Person | undefined {
    return people.find((person) => person.key === key);
}

export function scoreLine(result: Result, key: string): Line {
    return result.frames.map((frame) => find(frame.people, key)?.score ?? null);
}

type Spot = { x: number; y: number } | null;

function spots(result: Result, key: string, joint: string): Spot[] {
    const index = result.names.indexOf(joint);
    return result.frames.map((frame) => {
        const point = find(frame.people, key)?.points[index];
        if (!point || point.x === null || point.y === null || point.score < THRESHOLD) return null;
        return { x: point.x, y: point.y };
    });
}

/* Percent of the picture's height, from its lower edge. */
export function heightLine(result: Result, key: string, joint: string): Line {
    return spots(result, key, joint).map((spot) =>
        spot === null ? null : 100 * (1 - spot.y / result.height),
    );
}

/* From the frame before to the one behind: half as much noise as from one to the next. */
export function speedLine(result: Result, key: string, joint: string): Line {
    const all = spots(result, key, joint);
    return all.map((_, i) => {
        const from = all[i - 1];
        const to = all[i + 1];
        if (!from || !to) return null;
        const s = (result.frames[i + 1].ms - result.frames[i - 1].ms) / 1000;
        if (s <= 0) return null;
        return (100 * Math.hypot(to.x - from.x, to.y - from.y)) / result.height / s;
    });
}

export function mostOf(line: Line): number {
    return line.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}
