/* SPDX-License-Identifier: Apache-2.0 */
/* What a canvas shows, as a picture or as a video that the browser makes. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { saveBlob, saveCanvas, stamp } from "../save";
import { t } from "../texts";

const RATE = 30;
const kinds = ["video/webm;codecs=vp9", "video/webm", "video/mp4"];

function kind(): string | undefined {
    if (typeof MediaRecorder === "undefined") return undefined;
    return kinds.find((each) => MediaRecorder.isTypeSupported(each));
}

function useRecorder(canvas: RefObject<HTMLCanvasElement>) {
    const recorder = useRef<MediaRecorder | null>(null);
    const [seconds, setSeconds] = useState(-1);
    const recording = seconds >= 0;

    useEffect(() => () => recorder.current?.stop(), []);
    useEffect(() => {
        if (!recording) return;
        const timer = setInterval(() => setSeconds((s) => s + 1), 1000);
        return () => clearInterval(timer);
    }, [recording]);

    function start() {
        const mimeType = kind();
        if (!canvas.current || !mimeType) return;
        const made = new MediaRecorder(canvas.current.captureStream(RATE), { mimeType });
        const parts: Blob[] = [];
        made.ondataavailable = (event) => parts.push(event.data);
        made.onstop = () => {
            recorder.current = null;
            const ending = mimeType.startsWith("video/mp4") ? "mp4" : "webm";
            saveBlob(new Blob(parts, { type: mimeType }), `stance-${stamp()}.${ending}`);
        };
        made.start(1000);
        recorder.current = made;
        setSeconds(0);
    }

    function stop() {
        recorder.current?.stop();
        setSeconds(-1);
    }

    return { recording, seconds, start, stop };
}

type Given = { canvas: RefObject<HTMLCanvasElement>; ready: boolean };

export function TakeButtons({ canvas, ready }: Given) {
    const { recording, seconds, start, stop } = useRecorder(canvas);
    return (
        <>
            <button
                type="button"
                disabled={!ready}
                onClick={() => saveCanvas(canvas.current!, `stance-${stamp()}.jpg`)}
            >
                {t.live.snapshot}
            </button>
            <button
                type="button"
                class={recording ? "recording" : ""}
                disabled={!ready || !kind()}
                title={kind() ? undefined : t.live.cannotRecord}
                onClick={recording ? stop : start}
            >
                {recording ? t.live.stopRecord : t.live.record}
            </button>
            {recording && <span class="figures wrong">{t.live.recording(seconds)}</span>}
        </>
    );
}
