/* SPDX-License-Identifier: Apache-2.0 */
/* What is measured of people (stance run --analyse): which measures belong together, and
 * how each goes over the time of a video. */
import type { Measure } from "../api/client";
import type { Result } from "./result";
import type { Line } from "./series";

/* Measures that are shown together: of the left and of the right, else one. */
export type Group = { analysis: string; name: string; unit: string; measures: Measure[] };

const SIDE = /^(left|right)_/;

export function sideOf(measure: Measure): "left" | "right" | null {
    const found = SIDE.exec(measure.name);
    return found ? (found[1] as "left" | "right") : null;
}

export function isWord(measure: Measure): boolean {
    return (measure.words?.length ?? 0) > 0;
}

/* Numbers of one analysis, in the order of their first measure. */
export function groupsOf(measures: Measure[], analysis: string): Group[] {
    const groups = new Map<string, Group>();
    for (const measure of measures) {
        if (measure.analysis !== analysis || isWord(measure)) continue;
        const name = measure.name.replace(SIDE, "");
        const group = groups.get(name) ?? { analysis, name, unit: measure.unit ?? "", measures: [] };
        group.measures.push(measure);
        groups.set(name, group);
    }
    return [...groups.values()];
}

export function analysesOf(measures: Measure[]): string[] {
    return [...new Set(measures.map((measure) => measure.analysis))];
}

type Value = number | string | undefined;

function valuesOf(result: Result, key: string, measure: Measure): Value[] {
    return result.frames.map((frame) => {
        const person = frame.people.find((each) => each.key === key);
        return person?.analysis[measure.analysis]?.[measure.name];
    });
}

export function measureLine(result: Result, key: string, measure: Measure): Line {
    return valuesOf(result, key, measure).map((value) => (typeof value === "number" ? value : null));
}

/* The last one that is known. */
export function lastValue(result: Result, key: string, measure: Measure): number | string | null {
    const values = valuesOf(result, key, measure);
    for (let i = values.length - 1; i >= 0; i--) if (values[i] !== undefined) return values[i]!;
    return null;
}

export type Span = { word: string; from: number; to: number };

/* Seconds in which a word held; a frame's word holds until the next frame. */
export function spansOf(result: Result, key: string, measure: Measure): Span[] {
    const spans: Span[] = [];
    const values = valuesOf(result, key, measure);
    const { frames } = result;
    const step = frames.length > 1 ? (frames[frames.length - 1].ms - frames[0].ms) / (frames.length - 1) : 0;
    values.forEach((value, i) => {
        if (typeof value !== "string") return;
        const from = frames[i].ms / 1000;
        const to = (frames[i + 1]?.ms ?? frames[i].ms + step) / 1000;
        const last = spans[spans.length - 1];
        if (last?.word === value && values[i - 1] === value) last.to = to;
        else spans.push({ word: value, from, to });
    });
    return spans;
}

/* Seconds of each word, the longest first. */
export function sharesOf(spans: Span[]): { word: string; s: number }[] {
    const sums = new Map<string, number>();
    for (const { word, from, to } of spans) sums.set(word, (sums.get(word) ?? 0) + to - from);
    return [...sums].map(([word, s]) => ({ word, s })).sort((a, b) => b.s - a.s);
}

export function rangeOf(lines: Line[]): [number, number] | null {
    let range: [number, number] | null = null;
    for (const line of lines)
        for (const value of line)
            if (value !== null)
                range = range ? [Math.min(range[0], value), Math.max(range[1], value)] : [value, value];
    return range;
}
