/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing a live source; and those that are being looked at already. */
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Options, type Stream, type Streams } from "../api/client";
import { Segments, Select } from "../parts/choices";
import { DoingChooser } from "../parts/doing";
import { Link } from "../parts/link";
import { LookChooser, useLook } from "../parts/look";
import { ErrorMessage, PageHead } from "../parts/message";
import { usePoll } from "../poll";
import { changeQuery, go, usePlace } from "../router";
import { openStream } from "../streams";
import { t } from "../texts";
import { OwnCamera } from "./own_camera";

const ASK_MS = 3000;
const kinds = ["demo", "camera", "address", "clip", "browser"] as const;
type Kind = (typeof kinds)[number];

function kindOf(given: string | null): Kind {
    return kinds.find((kind) => kind === given) ?? "demo";
}

/* Addresses may hold passwords, so they are not among these. */
function useField(name: string, usual: string): [string, (value: string) => void] {
    const value = usePlace().query.get(name) ?? usual;
    return [value, (next) => changeQuery({ [name]: next === usual ? "" : next })];
}

type Named = { source: string; fields: preact.JSX.Element };

function useDemo(): Named {
    const [scene, setScene] = useField("scene", "walk");
    const [people, setPeople] = useField("count", "2");
    const numbers = ["1", "2", "3", "4", "6", "8"];
    return {
        source: `mannequin:${scene}?people=${people}`,
        fields: (
            <>
                <Select
                    label={t.live.scene}
                    value={scene}
                    options={Object.entries(t.live.scenes).map(([value, text]) => ({ value, text }))}
                    onChange={setScene}
                />
                <Select
                    label={t.live.howMany}
                    value={people}
                    options={numbers.map((value) => ({ value, text: value }))}
                    onChange={setPeople}
                />
            </>
        ),
    };
}

type Field = { label: string; value: string; example: string; type?: string; onInput: (value: string) => void };

function TextField({ label, value, example, type = "text", onInput }: Field) {
    return (
        <label class="field wide">
            <span>{label}</span>
            <input
                type={type}
                min={type === "number" ? 0 : undefined}
                required
                spellcheck={false}
                autocapitalize="off"
                value={value}
                placeholder={example}
                onInput={(event) => onInput(event.currentTarget.value)}
            />
        </label>
    );
}

function useNamed(kind: Kind): Named {
    const demo = useDemo();
    const [camera, setCamera] = useField("camera", "0");
    const [address, setAddress] = useState("");
    const [clip, setClip] = useState("");
    if (kind === "camera")
        return {
            source: `camera:${camera}`,
            fields: (
                <TextField
                    label={t.live.cameraNumber}
                    value={camera}
                    example="0"
                    type="number"
                    onInput={setCamera}
                />
            ),
        };
    if (kind === "address")
        return {
            source: address,
            fields: (
                <TextField
                    label={t.live.address}
                    value={address}
                    example={t.live.addressExample}
                    onInput={setAddress}
                />
            ),
        };
    if (kind === "clip")
        return {
            source: clip,
            fields: (
                <TextField label={t.live.clip} value={clip} example={t.live.clipExample} onInput={setClip} />
            ),
        };
    return demo;
}

function Starter({ kind, look }: { kind: Kind; look: Options }) {
    const { source, fields } = useNamed(kind);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState("");
    useEffect(() => setError(""), [kind]);

    async function start(event: Event) {
        event.preventDefault();
        setBusy(true);
        setError("");
        try {
            const stream = await openStream(source.trim(), look);
            go(`/live/${stream.id}`);
        } catch (problem) {
            setError(asProblem(problem).message);
            setBusy(false);
        }
    }

    const guarded = kind === "camera" || kind === "address";
    return (
        <form onSubmit={start}>
            <div class="fields">
                {fields}
                <button type="submit" class="primary" disabled={busy}>
                    {busy ? t.live.starting : t.live.start}
                </button>
            </div>
            {error && <ErrorMessage text={error} />}
            {error && guarded && <p class="quiet">{t.live.notAllowed}</p>}
        </form>
    );
}

function useStreams(): Stream[] {
    const [streams, setStreams] = useState<Stream[]>([]);
    usePoll<Streams>(
        "/api/streams",
        (answer) => {
            setStreams(answer.streams);
            return ASK_MS;
        },
        () => ASK_MS,
    );
    return streams.filter((stream) => stream.kind !== "pushed");
}

function Running() {
    const streams = useStreams();
    return (
        <section aria-labelledby="running-title">
            <h2 id="running-title">{t.live.running}</h2>
            {streams.length === 0 && <p class="quiet">{t.live.none}</p>}
            <ul class="list">
                {streams.map((stream) => (
                    <li key={stream.id} class="done">
                        <Link to={`/live/${stream.id}`}>
                            <img src={`/api/streams/${stream.id}/picture`} alt="" />
                            <span class="done-name">{stream.source}</span>
                        </Link>
                        <span class={`state ${stream.state}`}>
                            {t.live.states[stream.state] ?? stream.state}
                        </span>
                        <span class="quiet">{t.live.kinds[stream.kind]}</span>
                    </li>
                ))}
            </ul>
        </section>
    );
}

export function LivePage() {
    const { query } = usePlace();
    const look = useLook();
    const kind = kindOf(query.get("source"));
    return (
        <>
            <PageHead title={t.live.title} lead={t.live.lead} />
            <Segments
                label={t.live.source}
                hideLabel
                value={kind}
                options={kinds.map((value) => ({ value, text: t.live.sources[value] }))}
                onChange={(value) => changeQuery({ source: value === "demo" ? "" : value })}
            />
            <p class="quiet">{t.live.notes[kind]}</p>
            <DoingChooser
                value={look.analyse}
                lead={t.doing.liveLead}
                onChange={(analyse) => changeQuery({ analyse })}
            />
            {kind === "browser" ? <OwnCamera look={look} /> : <Starter kind={kind} look={look} />}
            <LookChooser />
            <Running />
        </>
    );
}
