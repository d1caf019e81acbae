/* SPDX-License-Identifier: Apache-2.0 */
/* A picture with people drawn over it. Its place is kept free before it is there. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { drawPeople, unitFor, type Highlight } from "../pose/draw";
import type { Person } from "../pose/result";
import type { Edge } from "../pose/skeleton";

type Given = {
    picture: CanvasImageSource | null;
    width: number;
    height: number;
    people: Person[];
    edges: Edge[];
    highlight: Highlight;
    label: string;
    canvas: RefObject<HTMLCanvasElement>;
    onHighlight: (highlight: Highlight) => void;
};

export const THRESHOLD = 0.2;

const NEAR = 16; /* of the screen's pixels */

/* The joint under the pointer. */
function nearest(event: PointerEvent, people: Person[], times: number): Highlight {
    const canvas = event.currentTarget as HTMLCanvasElement;
    const box = canvas.getBoundingClientRect();
    const scale = Math.min(box.width / canvas.width, box.height / canvas.height);
    const left = box.left + (box.width - canvas.width * scale) / 2;
    const top = box.top + (box.height - canvas.height * scale) / 2;
    let found: Highlight = null;
    let least = NEAR;
    for (const person of people)
        for (const { name, x, y, score } of person.points) {
            if (x === null || y === null || score < THRESHOLD) continue;
            const px = left + x * times * scale;
            const py = top + y * times * scale;
            const far = Math.hypot(px - event.clientX, py - event.clientY);
            if (far >= least) continue;
            least = far;
            found = { person: person.key, joint: name };
        }
    return found;
}

/* Small pictures are shown larger than they are, and lines should not be of their pixels. */
const FINE = 720;
const MOST_TIMES = 4;

function timesFor(width: number, height: number): number {
    return Math.min(MOST_TIMES, Math.ceil(FINE / Math.max(1, Math.min(width, height))));
}

export function PoseCanvas(given: Given) {
    const { canvas, picture, width, height, people, edges, highlight } = given;
    const times = timesFor(width, height);
    useEffect(() => {
        const ctx = canvas.current?.getContext("2d");
        if (!ctx || !picture) return;
        ctx.imageSmoothingQuality = "high";
        ctx.drawImage(picture, 0, 0, width * times, height * times);
        drawPeople(ctx, people, {
            edges,
            scale: times,
            unit: unitFor(width * times, height * times),
            threshold: THRESHOLD,
            label: null,
            highlight,
        });
    }, [picture, width, height, times, people, edges, highlight]);
    return (
        <canvas
            ref={canvas}
            width={width * times}
            height={height * times}
            role="img"
            aria-label={given.label}
            onPointerMove={(event) => given.onHighlight(nearest(event, people, times))}
            onPointerLeave={() => given.onHighlight(null)}
        />
    );
}
