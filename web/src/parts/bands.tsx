/* SPDX-License-Identifier: Apache-2.0 */
/* Words and events over the time of a video, as bands below one another; a click goes there. */
import { useEffect, useRef } from "preact/hooks";
import { t } from "../texts";
import type { Time } from "./chart";

export type Band = { from: number; to: number; text: string; tone: string };

type Given = {
    title: string;
    label: string;
    bands: Band[];
    first: number; /* seconds at the left and the right edge */
    last: number;
    time: Time;
    onSeek: (s: number) => void;
};

const warns = ["suspected", "down", "plank-hips-high", "plank-hips-low"];
const TONES = 5;

/* A colour class of a word: what is wrong looks wrong, the others differ. */
export function toneOf(word: string, words: string[]): string {
    if (word === "confirmed") return "bad";
    if (warns.includes(word)) return "warn";
    if (word === "good" || word === "up" || word === "cleared") return "good";
    return `tone-${Math.max(0, words.indexOf(word)) % TONES}`;
}

/* A span that cannot be seen cannot be told of. */
const LEAST_PERCENT = 0.4;

export function Bands({ title, label, bands, first, last, time, onSeek }: Given) {
    const head = useRef<HTMLDivElement>(null);
    const whole = Math.max(0.001, last - first);
    const percent = (s: number) => (100 * Math.min(whole, Math.max(0, s - first))) / whole;
    useEffect(() => {
        const place = () => head.current && (head.current.style.left = `${percent(time.get())}%`);
        place();
        return time.listen(place);
    }, [time, first, last]);
    function seek(event: MouseEvent) {
        const box = (event.currentTarget as Element).getBoundingClientRect();
        onSeek(first + (whole * (event.clientX - box.left)) / Math.max(1, box.width));
    }
    return (
        <figure class="bands">
            <figcaption>
                <strong>{title}</strong>
            </figcaption>
            <div role="img" aria-label={label} onClick={seek}>
                {bands.map((band) => (
                    <span
                        key={band.from + band.text}
                        class={band.tone}
                        title={`${band.text}, ${t.format.clock(band.from)}`}
                        style={{
                            left: `${percent(band.from)}%`,
                            width: `${Math.max(LEAST_PERCENT, percent(band.to) - percent(band.from))}%`,
                        }}
                    >
                        {band.text}
                    </span>
                ))}
                <div class="playhead" ref={head} />
            </div>
        </figure>
    );
}
