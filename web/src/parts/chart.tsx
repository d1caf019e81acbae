/* SPDX-License-Identifier: Apache-2.0 */
/* A line over the time of a video, which shows where the player is and sends it elsewhere. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Line } from "../pose/series";
import { useStore } from "../store";
import { t } from "../texts";
import { colour, shades } from "../theme";

const HEIGHT = 116;

type Given = {
    title: string;
    unit: string;
    label: string;
    xs: number[];
    ys: Line;
    whole?: boolean;
    most?: number;
    time: { listen(listener: () => void): () => void; get(): number };
    onSeek: (s: number) => void;
};

function axis(show: (value: number) => string, size: number): uPlot.Axis {
    return {
        stroke: colour("--quiet"),
        font: "12px system-ui, sans-serif",
        size,
        grid: { stroke: colour("--line"), width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map(show),
    };
}

function optionsFor(given: Given, width: number): uPlot.Options {
    const value = given.whole ? t.format.whole : t.format.short;
    return {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        scales: {
            x: { time: false },
            y: { range: (_, __, max) => [0, given.most ?? Math.max(1, max * 1.1)] },
        },
        axes: [
            axis(t.format.clock, 28),
            {
                ...axis((n) => (given.whole && n % 1 !== 0 ? "" : value(n)), 40),
                space: 28,
            },
        ],
        series: [
            {},
            {
                stroke: colour("--accent"),
                width: 1.75,
                points: { show: false },
                paths: given.whole ? uPlot.paths.stepped!({ align: 1 }) : undefined,
            },
        ],
    };
}

/* Moved without drawing the chart again. */
function addPlayhead(plot: uPlot, given: Given): { place: () => void; forget: () => void } {
    const head = document.createElement("div");
    head.className = "playhead";
    plot.over.append(head);
    const place = () => {
        const x = plot.valToPos(given.time.get(), "x");
        head.style.transform = `translateX(${x}px)`;
    };
    place();
    return { place, forget: given.time.listen(place) };
}

export function Chart(given: Given) {
    const box = useRef<HTMLDivElement>(null);
    const shade = useStore(shades);
    const { xs, ys, onSeek } = given;
    useEffect(() => {
        const element = box.current;
        if (!element) return;
        const plot = new uPlot(optionsFor(given, element.clientWidth), [xs, ys], element);
        const head = addPlayhead(plot, given);
        plot.over.addEventListener("click", () => onSeek(plot.posToVal(plot.cursor.left ?? 0, "x")));
        const watcher = new ResizeObserver(() => {
            plot.setSize({ width: element.clientWidth, height: HEIGHT });
            head.place();
        });
        watcher.observe(element);
        return () => {
            watcher.disconnect();
            head.forget();
            plot.destroy();
        };
    }, [xs, ys, shade]);
    return (
        <figure class="chart">
            <figcaption>
                <strong>{given.title}</strong> <span class="quiet">{given.unit}</span>
            </figcaption>
            <div class="plot" ref={box} role="img" aria-label={given.label} />
        </figure>
    );
}
