/* SPDX-License-Identifier: Apache-2.0 */
/* A video, annotated by the server, or plain with skeletons drawn over it by the page. */
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { drawPeople, idOf, unitFor } from "../pose/draw";
import { frameAt, indexAt, type Result } from "../pose/result";
import { edgesFor } from "../pose/skeleton";
import { changeQuery, usePlace } from "../router";
import { t } from "../texts";
import { Segments, Switch } from "./choices";
import { Note } from "./message";
import { THRESHOLD } from "./stage";

export type Sources = { annotated: string; plain: string };

type Given = {
    sources: Sources;
    result: Result | null;
    label: string;
    video: RefObject<HTMLVideoElement>;
    onTime: (s: number) => void;
};

/* Each time a frame is shown, where browsers tell; else as often as the screen is drawn. */
function followFrames(video: HTMLVideoElement, onFrame: (s: number) => void): () => void {
    let ended = false;
    let handle = 0;
    if ("requestVideoFrameCallback" in video) {
        const step: VideoFrameRequestCallback = (_, meta) => {
            if (ended) return;
            onFrame(meta.mediaTime);
            handle = video.requestVideoFrameCallback(step);
        };
        handle = video.requestVideoFrameCallback(step);
        return () => {
            ended = true;
            video.cancelVideoFrameCallback(handle);
        };
    }
    const plain = video as HTMLVideoElement;
    const step = () => {
        if (ended) return;
        onFrame(plain.currentTime);
        handle = requestAnimationFrame(step);
    };
    handle = requestAnimationFrame(step);
    return () => {
        ended = true;
        cancelAnimationFrame(handle);
    };
}

function drawAt(canvas: HTMLCanvasElement, result: Result, s: number, numbers: boolean): void {
    const ctx = canvas.getContext("2d");
    if (!ctx) return;
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    drawPeople(ctx, frameAt(result.frames, s * 1000)?.people ?? [], {
        edges: edgesFor(result.names),
        scale: canvas.width / Math.max(1, result.width),
        unit: unitFor(canvas.width, canvas.height),
        threshold: THRESHOLD,
        label: numbers ? idOf : null,
    });
}

function useOverlay(given: Given, on: boolean, numbers: boolean, key: string) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const { result, video, onTime } = given;
    useEffect(() => {
        const player = video.current;
        if (!player) return;
        const draw = (s: number) => {
            onTime(s);
            if (!canvas.current) return;
            if (on && result) drawAt(canvas.current, result, s, numbers);
            else canvas.current.getContext("2d")?.clearRect(0, 0, 9999, 9999);
        };
        const seeked = () => draw(player.currentTime);
        draw(player.currentTime);
        player.addEventListener("seeked", seeked);
        const end = followFrames(player, draw);
        return () => {
            player.removeEventListener("seeked", seeked);
            end();
        };
    }, [result, on, numbers, key]);
    return canvas;
}

function useKeys(given: Given, toggle: () => void): (event: KeyboardEvent) => void {
    return (event) => {
        const player = given.video.current;
        const typed = event.target as HTMLElement;
        if (!player || typed.closest("input, select, textarea") || event.ctrlKey || event.metaKey) return;
        const seek = (s: number) => {
            player.currentTime = Math.max(0, s);
        };
        const frames = given.result?.frames ?? [];
        const i = indexAt(frames, player.currentTime * 1000 + 4);
        const actions: Record<string, () => void> = {
            ",": () => seek((frames[Math.max(0, i - 1)]?.ms ?? 0) / 1000),
            ".": () => seek((frames[Math.min(frames.length - 1, i + 1)]?.ms ?? 0) / 1000 + 0.001),
            s: toggle,
        };
        const action = actions[event.key.toLowerCase()];
        if (!action) return;
        event.preventDefault();
        if (event.key !== "s") player.pause();
        action();
    };
}

function useWhich(sources: Sources): "annotated" | "plain" {
    const asked = usePlace().query.get("show");
    if (!sources.annotated) return "plain";
    return asked === "plain" && sources.plain ? "plain" : "annotated";
}

type Bar = {
    sources: Sources;
    which: string;
    skeleton: boolean;
    numbers: boolean;
    onWhich: (which: string) => void;
    onSkeleton: (on: boolean) => void;
    onNumbers: (on: boolean) => void;
};

function Choices(bar: Bar) {
    return (
        <div class="actions">
            {bar.sources.annotated && bar.sources.plain && (
                <Segments
                    label={t.job.shown}
                    hideLabel
                    value={bar.which}
                    options={[
                        { value: "annotated", text: t.job.annotated },
                        { value: "plain", text: t.job.plain },
                    ]}
                    onChange={bar.onWhich}
                />
            )}
            {bar.which === "plain" && (
                <>
                    <Switch label={t.job.skeleton} on={bar.skeleton} onChange={bar.onSkeleton} />
                    <Switch label={t.job.numbers} on={bar.numbers} onChange={bar.onNumbers} />
                </>
            )}
        </div>
    );
}

export function Player(given: Given) {
    const { sources, result, video } = given;
    const which = useWhich(sources);
    const [skeleton, setSkeleton] = useState(true);
    const [numbers, setNumbers] = useState(true);
    const [broken, setBroken] = useState(false);
    const plain = which === "plain";
    const canvas = useOverlay(given, plain && skeleton, numbers, which);
    const keys = useKeys(given, () => setSkeleton(!skeleton));
    const at = useRef(0);
    const size = useMemo(() => [result?.width || 16, result?.height || 9], [result]);

    function choose(next: string) {
        at.current = video.current?.currentTime ?? 0;
        changeQuery({ show: next === "plain" ? next : "" });
    }

    function fail() {
        if (!plain) return;
        setBroken(true);
        if (sources.annotated) choose("annotated");
    }

    const address = plain ? sources.plain : sources.annotated;
    if (!address) return <Note>{t.job.noVideo}</Note>;
    const [width, height] = size;
    return (
        <div class="player" onKeyDown={keys}>
            <div class="stage" style={{ aspectRatio: `${width} / ${height}` }}>
                <video
                    ref={video}
                    src={address}
                    controls
                    playsInline
                    preload="auto"
                    aria-label={given.label}
                    onLoadedMetadata={(event) => (event.currentTarget.currentTime = at.current)}
                    onError={fail}
                />
                {plain && (
                    <canvas ref={canvas} class="over" width={width} height={height} aria-hidden="true" />
                )}
            </div>
            <Choices
                sources={sources}
                which={which}
                skeleton={skeleton}
                numbers={numbers}
                onWhich={choose}
                onSkeleton={setSkeleton}
                onNumbers={setNumbers}
            />
            {!sources.plain && <p class="quiet">{t.job.noPlain}</p>}
            {broken && <Note>{t.job.cannotPlay}</Note>}
        </div>
    );
}
