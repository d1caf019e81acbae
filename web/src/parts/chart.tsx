/* SPDX-License-Identifier: Apache-2.0 */
/* Lines over the time of a video, which show where the player is and send it elsewhere. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Line } from "../pose/series";
import { useStore } from "../store";
import { t } from "../texts";
import { colour, shades } from "../theme";

const HEIGHT = 116;
/* Room beside the lines; what stands below charts keeps the same (media.css). */
const PAD = 8;
const AXIS = 48;

type Given = {
    title: string;
    unit: string;
    label: string;
    xs: number[];
    lines: Line[];
    names?: string[]; /* of the lines, where there are several */
    whole?: boolean;
    signed?: boolean; /* may be below zero */
    small?: boolean; /* all of it is below one */
    most?: number;
    time: Time;
    onSeek: (s: number) => void;
};

export type Time = { listen(listener: () => void): () => void; get(): number };

/* Not by colour alone: the second one is dashed. */
const styles = [
    { colour: "--accent", dash: undefined },
    { colour: "--second", dash: [6, 4] },
];

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

function rangeFor(given: Given, min: number | null, max: number | null): uPlot.Range.MinMax {
    const most = given.most ?? Math.max(given.small ? 0.01 : 1, (max ?? 0) * 1.1);
    const least = Math.min(0, (min ?? 0) * 1.1);
    return given.signed ? [least, most] : [0, most];
}

function optionsFor(given: Given, width: number): uPlot.Options {
    const value = given.whole ? t.format.whole : given.small ? t.format.score : t.format.short;
    return {
        width,
        height: HEIGHT,
        legend: { show: false },
        padding: [PAD, PAD, 0, 0],
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        scales: {
            x: { time: false },
            y: { range: (_, min, max) => rangeFor(given, min, max) },
        },
        axes: [
            axis(t.format.clock, 28),
            {
                ...axis((n) => (given.whole && n % 1 !== 0 ? "" : value(n)), AXIS),
                space: 28,
            },
        ],
        series: [
            {},
            ...given.lines.map((_, i) => ({
                stroke: colour(styles[i % styles.length].colour),
                dash: styles[i % styles.length].dash,
                width: 1.75,
                points: { show: false },
                paths: given.whole ? uPlot.paths.stepped!({ align: 1 }) : undefined,
            })),
        ],
    };
}

function Legend({ names }: { names: string[] }) {
    return (
        <span class="line-names">
            {names.map((name, i) => (
                <span key={name}>
                    <svg viewBox="0 0 24 4" aria-hidden="true">
                        <line x1="0" y1="2" x2="24" y2="2" class={i === 0 ? "first" : "second"} />
                    </svg>
                    {name}
                </span>
            ))}
        </span>
    );
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
    const { xs, lines, onSeek } = given;
    useEffect(() => {
        const element = box.current;
        if (!element) return;
        const plot = new uPlot(optionsFor(given, element.clientWidth), [xs, ...lines], element);
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
    }, [xs, lines, shade]);
    return (
        <figure class="chart">
            <figcaption>
                <strong>{given.title}</strong> <span class="quiet">{given.unit}</span>
                {given.names && given.names.length > 1 && <Legend names={given.names} />}
            </figcaption>
            <div class="plot" ref={box} role="img" aria-label={given.label} />
        </figure>
    );
}
