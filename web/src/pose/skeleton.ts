/* SPDX-License-Identifier: Apache-2.0 */
/* Which points are joined by bones. */
import { getJson, type Skeletons } from "../api/client";

export type Edge = [number, number];

let known: { keypoints: string[]; edges: Edge[] }[] = [];
let asked: Promise<void> | null = null;

export function learnSkeletons(): Promise<void> {
    asked ??= getJson<Skeletons>("/api/skeletons")
        .then(({ skeletons }) => {
            known = skeletons.map(({ keypoints, bones }) => ({
                keypoints,
                edges: bones.map(({ from, to }): Edge => [from, to]),
            }));
        })
        .catch((error) => {
            asked = null;
            throw error;
        });
    return asked;
}

function same(a: string[], b: string[]): boolean {
    return a.length === b.length && a.every((name, i) => name === b[i]);
}

/* None before learnSkeletons() has an answer. */
export function edgesFor(names: string[]): Edge[] {
    return known.find((skeleton) => same(skeleton.keypoints, names))?.edges ?? [];
}
