/* SPDX-License-Identifier: Apache-2.0 */
/* One video: how far it is; and when it is done, all that came of it. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asProblem, getJson, isAbort, request, type Job, type Poses } from "../api/client";
import { cancelJob, isActive, useJob } from "../jobs";
import { Charts, useChosen } from "../parts/charts";
import { Gallery } from "../parts/gallery";
import { HappenedList, Timeline, useHappened, type Happening } from "../parts/happened";
import { JobProgress, jobName } from "../parts/job_state";
import { Link } from "../parts/link";
import { ErrorMessage, Note, PageHead } from "../parts/message";
import { Player } from "../parts/player";
import { everybody, readResult, type Result } from "../pose/result";
import { learnSkeletons } from "../pose/skeleton";
import { saveBlob, stemOf } from "../save";
import { createStore, type Store } from "../store";
import { t } from "../texts";
import { fileOfJob } from "../uploads";
import { zip, type Entry } from "../zip";

type Read = { result: Result | null; error: string };

function useResult(job: Job): Read {
    const [read, setRead] = useState<Read>({ result: null, error: "" });
    const path = job.results?.json;
    useEffect(() => {
        if (!path) return;
        const ending = new AbortController();
        Promise.all([getJson<Poses>(path, { signal: ending.signal }), learnSkeletons()])
            .then(([poses]) => setRead({ result: readResult(poses), error: "" }))
            .catch((error) => {
                if (!isAbort(error)) setRead({ result: null, error: asProblem(error).message });
            });
        return () => ending.abort();
    }, [path]);
    return read;
}

/* The file is on this machine as long as the page that sent it is open. */
function usePlain(job: Job): string {
    const [address, setAddress] = useState(job.results?.input ?? "");
    useEffect(() => {
        const file = fileOfJob(job.id);
        if (!file) return;
        const own = URL.createObjectURL(file);
        setAddress(own);
        return () => URL.revokeObjectURL(own);
    }, [job.id]);
    return address;
}

/* One behind the other: all at once would be more than a browser has connections for. */
async function saveShots(job: Job): Promise<void> {
    const entries: Entry[] = [];
    for (let n = 1; n <= (job.screenshots ?? 0); n++) {
        const reply = await request(`/api/jobs/${job.id}/screenshots/${n}`);
        const name = `${String(n).padStart(3, "0")}.jpg`;
        entries.push({ name, bytes: new Uint8Array(await reply.arrayBuffer()) });
    }
    saveBlob(zip(entries), `${stemOf(jobName(job))}.screenshots.zip`);
}

function ShotsButton({ job }: { job: Job }) {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState("");
    async function save() {
        setBusy(true);
        setError("");
        await saveShots(job).catch((problem) => setError(asProblem(problem).message));
        setBusy(false);
    }
    return (
        <>
            <button type="button" disabled={busy} onClick={save}>
                {t.job.saveShots}
            </button>
            {error && <ErrorMessage text={error} />}
        </>
    );
}

function Downloads({ job }: { job: Job }) {
    const { results } = job;
    const files: [string | undefined, string][] = [
        [results?.video, t.job.saveVideo],
        [results?.json, t.job.saveJson],
        [results?.csv, t.job.saveCsv],
        [results?.events, t.doing.save],
        [results?.report, t.doing.saveReport],
    ];
    return (
        <section aria-labelledby="downloads-title">
            <h2 id="downloads-title">{t.job.downloads}</h2>
            <div class="actions">
                {files.map(
                    ([address, text]) =>
                        address && (
                            <a key={address} class="button" href={address} download="">
                                {text}
                            </a>
                        ),
                )}
                {(job.screenshots ?? 0) > 0 && <ShotsButton job={job} />}
            </div>
        </section>
    );
}

function Facts({ result }: { result: Result }) {
    const words = [
        t.job.facts(everybody(result).length, result.frames.length, result.durationMs / 1000),
        t.format.size(result.width, result.height),
        result.model,
    ];
    return <p class="quiet figures">{words.filter(Boolean).join(" · ")}</p>;
}

type Given = { result: Result; happened: Happening[]; time: Store<number>; onSeek: (s: number) => void };

function Told({ result, happened, time, onSeek }: Given) {
    const { person } = useChosen(result);
    const last = Math.max(0.001, result.frames[result.frames.length - 1]?.ms ?? 0) / 1000;
    return <Timeline all={happened} person={person} last={last} time={time} onSeek={onSeek} />;
}

function Done({ job }: { job: Job }) {
    const { result, error } = useResult(job);
    const plain = usePlain(job);
    const video = useRef<HTMLVideoElement>(null);
    const time = useMemo(() => createStore(0), []);
    const happened = useHappened(job.results?.events);
    const seek = (s: number) => {
        if (video.current) video.current.currentTime = s;
    };
    const ratio = result ? `${result.width} / ${result.height}` : "16 / 9";
    if (job.kind === "picture")
        return (
            <>
                <p>{t.job.picture}</p>
                {job.results?.picture && (
                    <div class="stage">
                        <img src={job.results.picture} alt={jobName(job)} />
                    </div>
                )}
                <Downloads job={job} />
            </>
        );
    return (
        <>
            <div class="beside watch">
                <div class="beside-main">
                    <Player
                        sources={{ annotated: job.results?.video ?? "", plain }}
                        result={result}
                        label={jobName(job)}
                        video={video}
                        onTime={time.set}
                    />
                    {job.error && <Note>{job.error}</Note>}
                    {error && <ErrorMessage text={error} />}
                    {!result && !error && <p role="status">{t.job.loading}</p>}
                    {result && <Told result={result} happened={happened} time={time} onSeek={seek} />}
                    {result && <Facts result={result} />}
                    <Downloads job={job} />
                </div>
                {result && <Charts result={result} time={time} onSeek={seek} />}
            </div>
            <HappenedList all={happened} onSeek={seek} />
            <Gallery id={job.id} count={job.screenshots ?? 0} ratio={ratio} name={jobName(job)} />
        </>
    );
}

function Ended({ job }: { job: Job }) {
    if (job.state === "cancelled")
        return (
            <>
                <h2>{t.job.cancelled}</h2>
                <p>{t.job.cancelledLead}</p>
            </>
        );
    return (
        <>
            <h2>{t.job.failed}</h2>
            <ErrorMessage text={job.error ?? ""} />
        </>
    );
}

function Working({ job }: { job: Job }) {
    const [error, setError] = useState("");
    return (
        <div class="working-job" role="group" aria-label={t.video.progressOf(jobName(job))}>
            <JobProgress job={job} />
            <button
                type="button"
                onClick={() => cancelJob(job.id).catch((e) => setError(asProblem(e).message))}
            >
                {t.video.cancel}
            </button>
            {error && <ErrorMessage text={error} />}
        </div>
    );
}

export function JobPage({ id }: { id: string }) {
    const { job, error, status } = useJob(id);
    const name = job ? jobName(job) : "";
    useEffect(() => {
        if (name) document.title = t.title(name);
    }, [name]);
    const back = (
        <p class="back">
            <Link to="/video">{t.job.back}</Link>
        </p>
    );
    if (!job)
        return (
            <>
                {back}
                {status === 404 && <PageHead title={t.job.gone} lead={t.job.goneLead} />}
                {error && status !== 404 && <ErrorMessage text={error} />}
            </>
        );
    return (
        <>
            {back}
            <h1 class="of-file">{name}</h1>
            {isActive(job) && <Working job={job} />}
            {job.state === "done" && <Done job={job} />}
            {(job.state === "failed" || job.state === "cancelled") && <Ended job={job} />}
        </>
    );
}
