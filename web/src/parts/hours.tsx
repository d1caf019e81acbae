/* SPDX-License-Identifier: Apache-2.0 */
/* How many events in each hour, as bars. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Hours } from "../events";
import { useStore } from "../store";
import { t } from "../texts";
import { colour, shades } from "../theme";

const HEIGHT = 160;
const HALF_HOUR_S = 1800;

function optionsFor(width: number): uPlot.Options {
    const axis = {
        stroke: colour("--quiet"),
        font: "12px system-ui, sans-serif",
        ticks: { show: false },
    };
    return {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: {
            x: {
                time: true,
                range: (_, min, max) => [min - HALF_HOUR_S, max + HALF_HOUR_S],
            },
            y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] },
        },
        axes: [
            {
                ...axis,
                size: 32,
                grid: { show: false },
                space: 120,
                values: (_, splits) => splits.map((s) => t.format.hour(new Date(s * 1000))),
            },
            {
                ...axis,
                size: 40,
                space: 32,
                grid: { stroke: colour("--line"), width: 1 },
                values: (_, splits) => splits.map((n) => (n % 1 === 0 ? t.format.whole(n) : "")),
            },
        ],
        series: [
            {},
            {
                fill: colour("--accent"),
                stroke: colour("--accent"),
                width: 0,
                points: { show: false },
                paths: uPlot.paths.bars!({ size: [0.8, 40], align: 0 }),
            },
        ],
    };
}

export function HoursChart({ hours }: { hours: Hours }) {
    const box = useRef<HTMLDivElement>(null);
    const shade = useStore(shades);
    const { starts, counts, part } = hours;
    useEffect(() => {
        const element = box.current;
        if (!element || starts.length === 0) return;
        const xs = starts.map((ms) => ms / 1000);
        const plot = new uPlot(optionsFor(element.clientWidth), [xs, counts], element);
        const watcher = new ResizeObserver(() =>
            plot.setSize({ width: element.clientWidth, height: HEIGHT }),
        );
        watcher.observe(element);
        return () => {
            watcher.disconnect();
            plot.destroy();
        };
    }, [starts, counts, shade]);
    return (
        <figure class="chart hours">
            <figcaption>
                <strong>{t.events.chart}</strong>{" "}
                {part > 0 && <span class="quiet">{t.events.chartPart(part)}</span>}
            </figcaption>
            <div
                class="plot"
                ref={box}
                role="img"
                aria-label={t.events.chartText(starts.length, Math.max(0, ...counts))}
            />
        </figure>
    );
}
