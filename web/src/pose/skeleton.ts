/* SPDX-License-Identifier: Apache-2.0 */
/* Which points are joined by bones. */
import { getJson, type Skeletons } from "../api/client";

export type Edge = [number, number];
type Skeleton = { keypoints: string[]; edges: Edge[] };

/* Of the networks that everybody has; others are asked for. */
const coco17: Skeleton = {
    keypoints: [
        "nose",
        "left_eye",
        "right_eye",
        "left_ear",
        "right_ear",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
    ],
    edges: [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 4],
        [5, 6],
        [5, 7],
        [7, 9],
        [6, 8],
        [8, 10],
        [5, 11],
        [6, 12],
        [11, 12],
        [11, 13],
        [13, 15],
        [12, 14],
        [14, 16],
    ],
};

let known: Skeleton[] = [coco17];
let asked: Promise<void> | null = null;

/* Without an answer, points of the same names are joined as COCO's are. */
export function learnSkeletons(): Promise<void> {
    asked ??= getJson<Skeletons>("/api/skeletons")
        .then(({ skeletons }) => {
            known = skeletons.map(({ keypoints, bones }) => ({
                keypoints,
                edges: bones.map(({ from, to }): Edge => [from, to]),
            }));
        })
        .catch(() => {
            asked = null;
        });
    return asked;
}

function same(a: string[], b: string[]): boolean {
    return a.length === b.length && a.every((name, i) => name === b[i]);
}

export function edgesFor(names: string[]): Edge[] {
    const exact = known.find((skeleton) => same(skeleton.keypoints, names));
    if (exact) return exact.edges;
    const place = (i: number) => names.indexOf(coco17.keypoints[i]);
    return coco17.edges
        .map(([a, b]): Edge => [place(a), place(b)])
        .filter(([a, b]) => a >= 0 && b >= 0);
}
