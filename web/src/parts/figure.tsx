/* SPDX-License-Identifier: Apache-2.0 */
/* The moving figure of the first page; it stands still for those who want no motion. */
import { useEffect, useRef } from "preact/hooks";
import { drawPeople } from "../pose/draw";
import { figureAt, figureNames } from "../pose/figure";
import { edgesFor, learnSkeletons } from "../pose/skeleton";
import { t } from "../texts";

const SIZE = 720;
const PERIOD_MS = 1600;

/* Where it was a moment ago, fading. */
const trail = [
    { late: 0.16, alpha: 0.1 },
    { late: 0.08, alpha: 0.22 },
    { late: 0, alpha: 1 },
];

function draw(ctx: CanvasRenderingContext2D, phase: number): void {
    ctx.clearRect(0, 0, SIZE, SIZE);
    for (const { late, alpha } of trail) {
        ctx.globalAlpha = alpha;
        drawPeople(ctx, [figureAt((phase + 1 - late) % 1)], {
            edges: edgesFor(figureNames),
            scale: SIZE / 100,
            unit: 2.6,
            threshold: 0,
            label: null,
        });
    }
}

export function MovingFigure() {
    const canvas = useRef<HTMLCanvasElement>(null);
    useEffect(() => {
        const ctx = canvas.current?.getContext("2d");
        if (!ctx) return;
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        learnSkeletons()
            .then(() => still && draw(ctx, 0.32))
            .catch(() => undefined); /* a figure without bones is no loss */
        if (still) return;
        let next = 0;
        const step = (ms: number) => {
            draw(ctx, (ms % PERIOD_MS) / PERIOD_MS);
            next = requestAnimationFrame(step);
        };
        next = requestAnimationFrame(step);
        return () => cancelAnimationFrame(next);
    }, []);
    return <canvas ref={canvas} width={SIZE} height={SIZE} role="img" aria-label={t.home.figure} />;
}
