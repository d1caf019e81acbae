/* SPDX-License-Identifier: Apache-2.0 */
/* A figure that moves by itself, for the first page: jumping jacks, from a few angles. */
import type { Person } from "./result";

type Spot = [number, number];

const ease = (t: number) => (1 - Math.cos(2 * Math.PI * t)) / 2;
const mix = (a: number, b: number, t: number) => a + (b - a) * t;

/* degrees from straight down, outwards */
function along([x, y]: Spot, degrees: number, length: number, side: number): Spot {
    const angle = (degrees * Math.PI) / 180;
    return [x + side * Math.sin(angle) * length, y + Math.cos(angle) * length];
}

/* @param phase 0 to 1; in a square of 100 by 100 */
export function figureAt(phase: number): Person {
    const t = ease(phase);
    const lift = -7 * Math.sin(Math.PI * t);
    const arm = mix(12, 158, t);
    const leg = mix(4, 24, t);
    const spots: Record<string, Spot> = {
        nose: [50, 17 + lift],
    };
    for (const [name, side] of [
        ["left", 1],
        ["right", -1],
    ] as const) {
        spots[`${name}_eye`] = [50 + side * 2, 15 + lift];
        spots[`${name}_ear`] = [50 + side * 4, 16 + lift];
        spots[`${name}_shoulder`] = [50 + side * 9, 28 + lift];
        spots[`${name}_elbow`] = along(spots[`${name}_shoulder`], arm - 6, 13, side);
        spots[`${name}_wrist`] = along(spots[`${name}_elbow`], arm + 12, 12, side);
        spots[`${name}_hip`] = [50 + side * 6, 55 + lift];
        spots[`${name}_knee`] = along(spots[`${name}_hip`], leg, 18, side);
        spots[`${name}_ankle`] = along(spots[`${name}_knee`], leg * 0.9, 18, side);
    }
    return {
        key: "1",
        id: null,
        score: 1,
        analysis: {},
        points: figureNames.map((name) => ({
            name,
            x: spots[name][0],
            y: spots[name][1],
            score: 1,
        })),
    };
}

const pairs = ["eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"];

export const figureNames = ["nose", ...pairs.flatMap((part) => [`left_${part}`, `right_${part}`])];
