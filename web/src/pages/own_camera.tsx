/* SPDX-License-Identifier: Apache-2.0 */
/* The camera of whoever looks at this page: pictures to the server, joints back.
 *
 * One picture is on its way at a time, and is shown with the joints that belong to it. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, request, socketAddress, withOptions, type Options, type PoseFrame } from "../api/client";
import { DoingNow, FallAlarm } from "../parts/doing_now";
import { ErrorMessage } from "../parts/message";
import { Numbers, PeopleNow } from "../parts/now";
import { TakeButtons } from "../parts/recorder";
import { THRESHOLD } from "../parts/stage";
import { drawPeople, unitFor } from "../pose/draw";
import { peopleOf, type Person } from "../pose/result";
import { edgesFor, learnSkeletons } from "../pose/skeleton";
import { t } from "../texts";

const WIDTH = 640;
const QUALITY = 0.8;
const PATIENCE_MS = 5000;

type Now = { people: Person[]; ms: number; fps: number };

type Told = { onNow: (now: Now) => void; onError: (text: string) => void };

export async function openCamera(): Promise<MediaStream> {
    if (!navigator.mediaDevices) throw new Error(t.live.insecure);
    try {
        const video = { width: { ideal: WIDTH }, facingMode: "user" };
        return await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch {
        throw new Error(t.live.denied);
    }
}

function show(to: HTMLCanvasElement, picture: HTMLCanvasElement, people: Person[], ms: number): void {
    const ctx = to.getContext("2d");
    if (!ctx) return;
    const { width, height } = picture;
    if (to.width !== width || to.height !== height) {
        to.width = width;
        to.height = height;
    }
    const unit = unitFor(width, height);
    ctx.drawImage(picture, 0, 0);
    drawPeople(ctx, people, {
        edges: people.length > 0 ? edgesFor(people[0].points.map((point) => point.name)) : [],
        scale: 1,
        unit,
        threshold: THRESHOLD,
        label: (person, order) => t.live.label(order, person.id),
    });
    ctx.font = `600 ${15 * unit}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    ctx.lineWidth = 3 * unit;
    ctx.strokeStyle = "rgba(0, 0, 0, 0.7)";
    ctx.fillStyle = "#ffffff";
    const text = t.live.overlay(people.length, ms);
    ctx.strokeText(text, 12 * unit, 12 * unit);
    ctx.fillText(text, 12 * unit, 12 * unit);
}

/* A socket that is refused does not say why; a single picture with the same options does. */
async function whyRefused(picture: Blob | null, options: Options): Promise<string> {
    if (!picture) return t.live.socketRefused;
    try {
        await request(withOptions("/api/pose", options), { method: "POST", body: picture });
        return t.live.socketRefused;
    } catch (error) {
        return asProblem(error).message;
    }
}

/* @return ends it */
function push(video: HTMLVideoElement, to: HTMLCanvasElement, options: Options, told: Told): () => void {
    const picture = document.createElement("canvas");
    const socket = new WebSocket(socketAddress(withOptions("/api/push", options)));
    let sent: Blob | null = null;
    let sentMs = 0;
    let fps = 0;
    let answered = false;
    let ended = false;
    let timer = 0;

    function send() {
        if (ended || socket.readyState !== WebSocket.OPEN) return;
        clearTimeout(timer);
        timer = window.setTimeout(send, PATIENCE_MS);
        picture.width = video.videoWidth;
        picture.height = video.videoHeight;
        picture.getContext("2d")?.drawImage(video, 0, 0);
        picture.toBlob(
            (blob) => {
                if (!blob || socket.readyState !== WebSocket.OPEN) return;
                sent = blob;
                sentMs = performance.now();
                socket.send(blob);
            },
            "image/jpeg",
            QUALITY,
        );
    }

    socket.onopen = send;
    socket.onmessage = (event) => {
        const people = peopleOf(JSON.parse(String(event.data)) as PoseFrame);
        const ms = performance.now() - sentMs;
        const rate = 1000 / Math.max(1, ms);
        fps = answered ? fps + (rate - fps) / 10 : rate;
        answered = true;
        show(to, picture, people, ms);
        told.onNow({ people, ms, fps });
        requestAnimationFrame(send);
    };
    socket.onclose = async () => {
        if (ended) return;
        ended = true;
        told.onError(answered ? t.live.socketEnded : await whyRefused(sent, options));
    };
    return () => {
        ended = true;
        clearTimeout(timer);
        socket.close();
    };
}

type Running = { on: boolean; paused: boolean; options: Options };

function useCamera({ on, paused, options }: Running, canvas: RefObject<HTMLCanvasElement>, told: Told) {
    const key = JSON.stringify(options);
    const [video, setVideo] = useState<HTMLVideoElement | null>(null);
    useEffect(() => {
        if (!on) return;
        let stream: MediaStream | null = null;
        let gone = false;
        const made = document.createElement("video");
        made.muted = true;
        made.playsInline = true;
        Promise.all([openCamera(), learnSkeletons()])
            .then(async ([opened]) => {
                stream = opened;
                if (gone) return stream.getTracks().forEach((track) => track.stop());
                made.srcObject = opened;
                await made.play();
                setVideo(made);
            })
            .catch((error) => told.onError(asProblem(error).message));
        return () => {
            gone = true;
            stream?.getTracks().forEach((track) => track.stop());
            setVideo(null);
        };
    }, [on]);
    useEffect(() => {
        if (!video || paused || !canvas.current) return;
        return push(video, canvas.current, JSON.parse(key) as Options, told);
    }, [video, paused, key]);
}

export function OwnCamera({ look }: { look: Options }) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const [on, setOn] = useState(false);
    const [paused, setPaused] = useState(false);
    const [now, setNow] = useState<Now | null>(null);
    const [error, setError] = useState("");

    const told: Told = {
        onNow: setNow,
        onError: (text) => {
            setError(text);
            setOn(false);
        },
    };
    useCamera({ on, paused, options: look }, canvas, told);

    function toggle() {
        setError("");
        setNow(null);
        setPaused(false);
        setOn(!on);
    }

    return (
        <>
            <FallAlarm people={now?.people ?? []} />
            <div class="live">
                <div>
                    <div class={`stage live-stage${on && !now ? " working" : ""}`}>
                        {on && !now && <p>{t.live.waiting}</p>}
                        <canvas ref={canvas} width={640} height={480} role="img" aria-label={t.live.picture} />
                    </div>
                    <div class="actions">
                        <button type="button" class={on ? "" : "primary"} onClick={toggle}>
                            {on ? t.live.end : t.live.start}
                        </button>
                        {on && (
                            <button type="button" onClick={() => setPaused(!paused)}>
                                {paused ? t.live.goOn : t.live.pause}
                            </button>
                        )}
                        <TakeButtons canvas={canvas} ready={now !== null} />
                    </div>
                    {error && <ErrorMessage text={error} />}
                </div>
                <aside>
                    {now && <DoingNow people={now.people} />}
                    <Numbers
                        rows={[
                            [t.live.people, now ? t.format.whole(now.people.length) : "–"],
                            [t.live.inference, now ? t.format.ms(now.ms) : "–"],
                            [t.live.fps, now ? t.format.short(now.fps) : "–"],
                        ]}
                    />
                    {now && <PeopleNow people={now.people} />}
                </aside>
            </div>
        </>
    );
}
