/* SPDX-License-Identifier: Apache-2.0 */
/* A live source of the server: its annotated pictures, who is in them, and how it does. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
    asProblem,
    socketAddress,
    type Options,
    type PoseFrame,
    type Stream,
} from "../api/client";
import { picturesOf } from "../api/flows";
import { Segments } from "../parts/choices";
import { DoingChooser } from "../parts/doing";
import { DoingNow, FallAlarm } from "../parts/doing_now";
import { Link } from "../parts/link";
import { LookFields, useLook } from "../parts/look";
import { ErrorMessage, PageHead } from "../parts/message";
import { Numbers, PeopleNow } from "../parts/now";
import { TakeButtons } from "../parts/recorder";
import { usePoll } from "../poll";
import { peopleOf, type Person } from "../pose/result";
import { go } from "../router";
import { endStream, openStream, pauseStream, startStream } from "../streams";
import { t } from "../texts";

const ASK_MS = 1000;
const TELL_MS = 200;

/* ---- what comes from the server ---- */

type Status = { stream: Stream | null; error: string; gone: boolean };

function useStatus(id: string, round: number): Status {
    const [status, setStatus] = useState<Status>({ stream: null, error: "", gone: false });
    usePoll<Stream>(
        `/api/streams/${encodeURIComponent(id)}`,
        (stream) => {
            setStatus({ stream, error: "", gone: false });
            return ASK_MS;
        },
        (problem) => {
            const gone = problem.status === 404;
            setStatus((before) => ({ ...before, error: problem.message, gone }));
            return gone ? null : ASK_MS;
        },
        [round],
    );
    return status;
}

/* Into the canvas, whose size is the pictures'. @return whether one was shown */
function usePictures(id: string, open: boolean, canvas: RefObject<HTMLCanvasElement>): boolean {
    const [shown, setShown] = useState(false);
    useEffect(() => {
        if (!open) return;
        const ending = new AbortController();
        async function show() {
            const path = `/api/streams/${id}/video_feed`;
            for await (const picture of picturesOf(path, ending.signal)) {
                const bitmap = await createImageBitmap(picture);
                const element = canvas.current;
                if (!element) return;
                if (element.width !== bitmap.width || element.height !== bitmap.height) {
                    element.width = bitmap.width;
                    element.height = bitmap.height;
                }
                element.getContext("2d")?.drawImage(bitmap, 0, 0);
                bitmap.close();
                setShown(true);
            }
        }
        show().catch(() => undefined); /* its status tells why */
        return () => ending.abort();
    }, [id, open]);
    return shown;
}

/* By a socket, which does not count among the few connections of a browser. */
function usePeople(id: string, open: boolean): Person[] {
    const [people, setPeople] = useState<Person[]>([]);
    useEffect(() => {
        if (!open) return;
        const socket = new WebSocket(socketAddress(`/api/streams/${id}/joints`));
        let told = 0;
        socket.onmessage = (event) => {
            const now = performance.now();
            if (now - told < TELL_MS) return; /* nobody reads faster */
            told = now;
            setPeople(peopleOf(JSON.parse(String(event.data)) as PoseFrame));
        };
        return () => socket.close();
    }, [id, open]);
    return people;
}

/* ---- what is done with it ---- */

function lookOf(stream: Stream): Options {
    const given = stream.options as Record<string, string>;
    return { people: given.people ?? "all", model: given.model ?? "", device: given.device ?? "", analyse: given.analyse ?? "" };
}

function LookChanger({ stream, act }: { stream: Stream; act: (what: Promise<unknown>) => void }) {
    const [look, setLook] = useState(() => lookOf(stream));
    return (
        <details class="look">
            <summary>{t.options.title}</summary>
            <LookFields look={look} onChange={setLook} />
            <DoingChooser
                value={look.analyse}
                lead={t.doing.liveLead}
                onChange={(analyse) => setLook({ ...look, analyse })}
            />
            <button type="button" onClick={() => act(startStream(stream.id, look))}>
                {t.live.change}
            </button>
        </details>
    );
}

const DEMO = "mannequin:walk?people=2";
const CAMERA = "camera:0";

function Toggle({ stream, act }: { stream: Stream; act: (what: Promise<unknown>) => void }) {
    const look = useLook();
    async function change(to: string) {
        const next = await openStream(to === "demo" ? DEMO : CAMERA, look);
        await endStream(stream.id);
        go(`/live/${next.id}`, "replace");
    }
    const value = stream.kind === "drawn" ? "demo" : stream.kind === "camera" ? "camera" : "";
    return (
        <Segments
            label={t.live.source}
            hideLabel
            value={value}
            options={[
                { value: "demo", text: t.live.toDemo },
                { value: "camera", text: t.live.toCamera },
            ]}
            onChange={(to) => act(change(to))}
        />
    );
}

function stateWords(stream: Stream): string {
    const words = [t.live.states[stream.state] ?? stream.state];
    if (stream.retry_s) words.push(t.live.retry(stream.retry_s));
    return words.join(", ");
}

function rowsOf(stream: Stream, people: Person[]): [string, string][] {
    return [
        [t.live.people, t.format.whole(people.length)],
        [t.live.latency, stream.latency_ms === null ? "–" : t.format.ms(stream.latency_ms)],
        [t.live.fps, t.format.short(stream.fps)],
        [t.live.dropped, t.format.whole(stream.dropped)],
    ];
}

type View = { stream: Stream; onChanged: () => void };

function Viewer({ stream, onChanged }: View) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const open = stream.state !== "failed";
    const paused = stream.state === "paused";
    const shown = usePictures(stream.id, open, canvas);
    const people = usePeople(stream.id, open);
    const [error, setError] = useState("");
    const act = (what: Promise<unknown>) => {
        setError("");
        what.then(onChanged, (problem) => setError(asProblem(problem).message));
    };
    const end = () => endStream(stream.id).then(() => go("/live"));
    return (
        <>
            <div class="live-head">
                <h1 class="of-file">{t.live.kinds[stream.kind] ?? t.live.title}</h1>
                <p class={`state ${stream.state}`} role="status">
                    {stateWords(stream)}
                </p>
                <p class="quiet source">{stream.source}</p>
                <Toggle stream={stream} act={act} />
            </div>
            {stream.error && (
                <ErrorMessage
                    text={stream.error}
                    again={open ? undefined : () => act(startStream(stream.id))}
                />
            )}
            {error && <ErrorMessage text={error} />}
            <FallAlarm people={paused ? [] : people} />
            <div class="live">
                <div>
                    <div class={`stage live-stage${shown ? "" : " working"}`}>
                        {!shown && <p>{t.live.waiting}</p>}
                        <canvas ref={canvas} width={640} height={480} role="img" aria-label={t.live.picture} />
                    </div>
                    <div class="actions">
                        <button
                            type="button"
                            onClick={() => act(paused ? startStream(stream.id) : pauseStream(stream.id))}
                        >
                            {paused ? t.live.goOn : t.live.pause}
                        </button>
                        <TakeButtons canvas={canvas} ready={shown} />
                        <button type="button" onClick={() => act(end())}>
                            {t.live.end}
                        </button>
                    </div>
                </div>
                <aside>
                    <DoingNow people={paused ? [] : people} />
                    <Numbers rows={rowsOf(stream, paused ? [] : people)} />
                    <PeopleNow people={paused ? [] : people} />
                    <LookChanger stream={stream} act={act} />
                </aside>
            </div>
        </>
    );
}

export function StreamPage({ id }: { id: string }) {
    const [round, setRound] = useState(0);
    const { stream, error, gone } = useStatus(id, round);
    return (
        <>
            <p class="back">
                <Link to="/live">{t.live.back}</Link>
            </p>
            {gone && <PageHead title={t.live.gone} lead={t.live.goneLead} />}
            {!gone && stream && <Viewer stream={stream} onChanged={() => setRound(round + 1)} />}
            {!gone && error && <ErrorMessage text={error} />}
        </>
    );
}
