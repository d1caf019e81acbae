/* SPDX-License-Identifier: Apache-2.0 */
/* One picture, its joints beside it. */
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asProblem, getJson, isAbort, request, withOptions, type Options, type Poses } from "../api/client";
import { takeOver } from "../handoff";
import { amongst, DoingChooser, OF_PICTURES } from "../parts/doing";
import { DropZone, isPicture, PICTURES } from "../parts/drop";
import { Joints } from "../parts/joints";
import { LookChooser, useLook } from "../parts/look";
import { ErrorMessage, Note, PageHead } from "../parts/message";
import { PoseCanvas } from "../parts/stage";
import type { Highlight } from "../pose/draw";
import { peopleOf, type Person } from "../pose/result";
import { edgesFor, learnSkeletons } from "../pose/skeleton";
import { changeQuery } from "../router";
import { saveBlob, saveCanvas, stemOf } from "../save";
import { t } from "../texts";

type Shown = { image: HTMLImageElement; own: boolean };

async function load(blob: Blob): Promise<HTMLImageElement> {
    const image = new Image();
    image.src = URL.createObjectURL(blob);
    await image.decode();
    return image;
}

/* Kinds that the browser does not know are shown as the server draws them. */
async function show(file: File, options: Options, signal: AbortSignal): Promise<Shown> {
    try {
        return { image: await load(file), own: true };
    } catch {
        const path = withOptions("/api/pose", options);
        const reply = await request(path, { method: "POST", body: file, accept: "image/jpeg", signal });
        return { image: await load(await reply.blob()), own: false };
    }
}

type State = { shown: Shown | null; poses: Poses | null; error: string };

function useLooking(file: File, options: Options, tries: number): State {
    const [state, setState] = useState<State>({ shown: null, poses: null, error: "" });
    const { people, model, device } = options;
    const analyse = amongst(options.analyse, OF_PICTURES);
    useEffect(() => {
        const ending = new AbortController();
        const { signal } = ending;
        let image: HTMLImageElement | null = null;
        const change = (changes: Partial<State>) =>
            signal.aborted || setState((before) => ({ ...before, ...changes }));
        const fail = (error: unknown) => isAbort(error) || change({ error: asProblem(error).message });
        const asked = { people, model, device, analyse };
        setState({ shown: null, poses: null, error: "" });
        show(file, asked, signal)
            .then((shown) => {
                image = shown.image;
                change({ shown });
            })
            .catch(fail);
        const path = withOptions("/api/pose", asked);
        Promise.all([
            getJson<Poses>(path, { method: "POST", body: file, accept: "application/json", signal }),
            learnSkeletons(),
        ])
            .then(([poses]) => change({ poses }))
            .catch(fail);
        return () => {
            ending.abort();
            if (image) URL.revokeObjectURL(image.src);
        };
    }, [file, people, model, device, analyse, tries]);
    return state;
}

function peopleIn(poses: Poses | null): Person[] {
    return poses && poses.frames.length > 0 ? peopleOf(poses.frames[0]) : [];
}

type Pair = {
    file: File;
    state: State;
    people: Person[];
    highlight: Highlight;
    onHighlight: (highlight: Highlight) => void;
    canvas: RefObject<HTMLCanvasElement>;
};

function Side({ file, state, people, highlight, onHighlight, canvas }: Pair) {
    const { shown, poses } = state;
    const width = poses?.meta.width ?? shown?.image.naturalWidth ?? 4;
    const height = poses?.meta.height ?? shown?.image.naturalHeight ?? 3;
    const edges = useMemo(() => (poses ? edgesFor(poses.keypoint_format) : []), [poses]);
    return (
        <div class="pair">
            <figure>
                <div class="stage">
                    {shown?.own && <img src={shown.image.src} alt={t.picture.alt(file.name)} />}
                    {shown && !shown.own && <p>{t.picture.cannotShow}</p>}
                </div>
                <figcaption>{t.picture.original}</figcaption>
            </figure>
            <figure>
                <div class={`stage${poses ? "" : " working"}`}>
                    {shown && (
                        <PoseCanvas
                            picture={shown.image}
                            width={width}
                            height={height}
                            people={shown.own ? people : []}
                            edges={edges}
                            highlight={highlight}
                            label={t.picture.resultAlt(people.length)}
                            canvas={canvas}
                            onHighlight={onHighlight}
                        />
                    )}
                </div>
                <figcaption>{t.picture.result}</figcaption>
            </figure>
        </div>
    );
}

type Results = { file: File; state: State; people: Person[]; canvas: RefObject<HTMLCanvasElement> };

function Take({ file, state, people, canvas }: Results) {
    const { poses, shown } = state;
    const name = `${stemOf(file.name)}.pose`;

    function saveJson() {
        saveBlob(new Blob([JSON.stringify(poses)], { type: "application/json" }), `${name}.json`);
    }

    return (
        <div class="actions">
            <p class="status" role="status">
                {poses ? t.picture.found(people.length) : t.picture.working}
            </p>
            <button
                type="button"
                disabled={!poses || !shown}
                onClick={() => saveCanvas(canvas.current!, `${name}.jpg`)}
            >
                {t.picture.saveImage}
            </button>
            <button type="button" disabled={!poses} onClick={saveJson}>
                {t.picture.saveJson}
            </button>
        </div>
    );
}

function Looked({ file, tries, again }: { file: File; tries: number; again: () => void }) {
    const [highlight, setHighlight] = useState<Highlight>(null);
    const canvas = useRef<HTMLCanvasElement>(null);
    const state = useLooking(file, useLook(), tries);
    const { poses, error } = state;
    const people = useMemo(() => peopleIn(poses), [poses]);
    if (error) return <ErrorMessage text={error} again={again} />;
    return (
        <div class="beside looked">
            <div class="beside-main">
                <Side
                    file={file}
                    state={state}
                    people={people}
                    highlight={highlight}
                    onHighlight={setHighlight}
                    canvas={canvas}
                />
                <Take file={file} state={state} people={people} canvas={canvas} />
                {poses && people.length === 0 && <Note>{t.picture.nobody}</Note>}
            </div>
            <Joints
                people={people}
                measures={poses?.meta.measures ?? []}
                highlight={highlight}
                onHighlight={setHighlight}
            />
        </div>
    );
}

export function PicturePage() {
    const [file, setFile] = useState<File | null>(() => takeOver()[0] ?? null);
    const [refused, setRefused] = useState("");
    const [tries, setTries] = useState(0);
    const look = useLook();

    function take(files: File[]) {
        const picture = files.find(isPicture);
        setRefused(picture ? "" : t.drop.refused(files[0].name));
        if (picture) setFile(picture);
    }

    return (
        <>
            <PageHead title={t.picture.title} lead={t.picture.lead} />
            {refused && <ErrorMessage text={refused} />}
            {file && <Looked file={file} tries={tries} again={() => setTries(tries + 1)} />}
            <DropZone
                title={t.picture.drop}
                choose={file ? t.picture.other : t.picture.choose}
                note={t.picture.kinds}
                accept={PICTURES}
                compact={file !== null}
                onFiles={take}
            />
            <DoingChooser
                value={look.analyse}
                names={OF_PICTURES}
                lead={t.doing.pictureLead}
                onChange={(analyse) => changeQuery({ analyse })}
            />
            <LookChooser />
            <p class="quiet">{t.picture.alone}</p>
        </>
    );
}
