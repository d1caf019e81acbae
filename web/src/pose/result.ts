/* SPDX-License-Identifier: Apache-2.0 */
/* Joints as the server tells them, in one form for one person and for several. */
import type { Analysis, Keypoint, Measure, PoseFrame, Poses } from "../api/client";

export type Person = {
    /* the same for the same person: their number, else their place in the frame */
    key: string;
    id: number | null;
    score: number;
    points: Keypoint[];
    /* of each analysis what is known of its measures; empty where none was asked for */
    analysis: Analysis;
};

export type Frame = { ms: number; people: Person[] };

export type Result = {
    width: number;
    height: number;
    model: string;
    durationMs: number;
    names: string[];
    measures: Measure[];
    frames: Frame[];
};

export function peopleOf(frame: PoseFrame): Person[] {
    if (frame.people)
        return frame.people.map((person, i) => ({
            key: person.id === null ? `#${i + 1}` : String(person.id),
            id: person.id,
            score: person.score,
            points: person.keypoints,
            analysis: person.analysis ?? {},
        }));
    if (!frame.keypoints || frame.keypoints.length === 0) return [];
    const id = frame.id ?? null;
    return [
        {
            key: id === null ? "#1" : String(id),
            id,
            score: frame.pose_score ?? 0,
            points: frame.keypoints,
            analysis: frame.analysis ?? {},
        },
    ];
}

export function readResult(poses: Poses): Result {
    const frames = poses.frames.map((frame) => ({
        ms: frame.timestamp_ms ?? 0,
        people: peopleOf(frame),
    }));
    return {
        width: poses.meta.width ?? 0,
        height: poses.meta.height ?? 0,
        model: poses.meta.model ?? "",
        durationMs: poses.meta.duration_ms ?? (frames.length > 0 ? frames[frames.length - 1].ms : 0),
        names: poses.keypoint_format,
        measures: poses.meta.measures ?? [],
        frames,
    };
}

/* Index of the last frame that is not later; -1 where there is none. */
export function indexAt(frames: Frame[], ms: number): number {
    let low = 0;
    let high = frames.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (frames[middle].ms <= ms) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

/* Players tell times that are a hair too early. */
const EARLY_MS = 4;

export function frameAt(frames: Frame[], ms: number): Frame | null {
    const i = indexAt(frames, ms + EARLY_MS);
    return i < 0 ? null : frames[i];
}

export type Appearance = { key: string; frames: number };

/* Everybody who is in it, those who are there longest first. */
export function everybody(result: Result): Appearance[] {
    const counts = new Map<string, number>();
    for (const frame of result.frames)
        for (const person of frame.people)
            counts.set(person.key, (counts.get(person.key) ?? 0) + 1);
    return [...counts]
        .map(([key, frames]) => ({ key, frames }))
        .sort((a, b) => b.frames - a.frames);
}
