/* SPDX-License-Identifier: Apache-2.0 */
/* People on a canvas, in the canvas's own pixels. */
import type { Keypoint } from "../api/client";
import type { Person } from "./result";
import type { Edge } from "./skeleton";

export type Highlight = { person: string; joint: string } | null;

export type Look = {
    edges: Edge[];
    scale: number; /* canvas pixels for one of the picture's */
    unit: number; /* canvas pixels of a thin line */
    threshold: number;
    label: ((person: Person, order: number) => string) | null;
    highlight?: Highlight;
};

/* The server's own (src/sink/draw.c), so that a person has the same in both drawings. */
const colours = ["#00beff", "#ffa000", "#78e63c", "#ff5aaa", "#ffe63c", "#9678ff", "#00dcaa", "#ff6446"];

export function colourOf(key: string): string {
    const number = Number(key.replace("#", ""));
    return colours[(Math.max(1, number) - 1) % colours.length];
}

type Spot = { x: number; y: number };

function spotOf(point: Keypoint | undefined, look: Look): Spot | null {
    if (!point || point.x === null || point.y === null || point.score < look.threshold) return null;
    return { x: point.x * look.scale, y: point.y * look.scale };
}

function bones(ctx: CanvasRenderingContext2D, person: Person, look: Look): void {
    ctx.beginPath();
    for (const [a, b] of look.edges) {
        const from = spotOf(person.points[a], look);
        const to = spotOf(person.points[b], look);
        if (!from || !to) continue;
        ctx.moveTo(from.x, from.y);
        ctx.lineTo(to.x, to.y);
    }
    ctx.lineCap = "round";
    ctx.lineWidth = look.unit * 4.5;
    ctx.strokeStyle = "rgba(0, 0, 0, 0.55)";
    ctx.stroke();
    ctx.lineWidth = look.unit * 2.75;
    ctx.strokeStyle = colourOf(person.key);
    ctx.stroke();
}

function dots(ctx: CanvasRenderingContext2D, person: Person, look: Look): void {
    ctx.lineWidth = look.unit * 1.5;
    ctx.strokeStyle = "rgba(0, 0, 0, 0.65)";
    ctx.fillStyle = "#ffffff";
    for (const point of person.points) {
        const spot = spotOf(point, look);
        if (!spot) continue;
        ctx.beginPath();
        ctx.arc(spot.x, spot.y, look.unit * 3.25, 0, 2 * Math.PI);
        ctx.fill();
        ctx.stroke();
    }
}

/* Also those that are too weak to be drawn: whoever asks for one wants to see it. */
function highlighted(ctx: CanvasRenderingContext2D, person: Person, look: Look): void {
    const joint = look.highlight?.person === person.key ? look.highlight.joint : null;
    const point = person.points.find((each) => each.name === joint);
    const spot = spotOf(point, { ...look, threshold: 0 });
    if (!spot) return;
    ctx.beginPath();
    ctx.arc(spot.x, spot.y, look.unit * 10, 0, 2 * Math.PI);
    ctx.lineWidth = look.unit * 5;
    ctx.strokeStyle = "rgba(0, 0, 0, 0.6)";
    ctx.stroke();
    ctx.lineWidth = look.unit * 2.5;
    ctx.strokeStyle = "#ffffff";
    ctx.stroke();
}

function topOf(person: Person, look: Look): Spot | null {
    let top: Spot | null = null;
    for (const point of person.points) {
        const spot = spotOf(point, look);
        if (spot && (!top || spot.y < top.y)) top = spot;
    }
    return top;
}

function name(ctx: CanvasRenderingContext2D, person: Person, text: string, look: Look): void {
    const top = topOf(person, look);
    if (!top || !text) return;
    const size = look.unit * 15;
    ctx.font = `600 ${size}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const width = ctx.measureText(text).width + size * 0.8;
    const y = Math.max(size, top.y - size * 1.4);
    ctx.fillStyle = colourOf(person.key);
    ctx.beginPath();
    ctx.roundRect(top.x - width / 2, y - size * 0.7, width, size * 1.4, size * 0.3);
    ctx.fill();
    ctx.fillStyle = "#0b1214";
    ctx.fillText(text, top.x, y + size * 0.05);
}

/* Dots must not hide whoever is small. */
const SMALL = 160;

function lookAt(person: Person, look: Look): Look {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const point of person.points) {
        const spot = spotOf(point, look);
        if (!spot) continue;
        left = Math.min(left, spot.x);
        right = Math.max(right, spot.x);
        top = Math.min(top, spot.y);
        bottom = Math.max(bottom, spot.y);
    }
    const size = Math.max(right - left, bottom - top);
    return { ...look, unit: Math.max(look.unit / 3, Math.min(look.unit, size / SMALL)) };
}

export function drawPeople(ctx: CanvasRenderingContext2D, people: Person[], look: Look): void {
    for (const person of people) {
        const own = lookAt(person, look);
        bones(ctx, person, own);
        dots(ctx, person, own);
    }
    people.forEach((person, i) => look.label && name(ctx, person, look.label(person, i + 1), look));
    for (const person of people) highlighted(ctx, person, look);
}

export function idOf(person: Person): string {
    return person.id === null ? "" : String(person.id);
}

/* Lines are as thick on a large picture as on a small one, seen from as far away. */
export function unitFor(width: number, height: number): number {
    return Math.max(1, Math.min(width, height) / 380);
}
