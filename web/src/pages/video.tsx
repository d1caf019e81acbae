/* SPDX-License-Identifier: Apache-2.0 */
/* Videos: giving them, what is under way, and what is there. */
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Job } from "../api/client";
import { takeOver } from "../handoff";
import { cancelJob, isActive, removeJob, useJobs } from "../jobs";
import { Segments } from "../parts/choices";
import { DoingChooser } from "../parts/doing";
import { CloseIcon } from "../parts/icons";
import { DropZone, isVideo, VIDEOS } from "../parts/drop";
import { JobProgress, jobName } from "../parts/job_state";
import { Link } from "../parts/link";
import { LookChooser, useLook } from "../parts/look";
import { ErrorMessage, PageHead } from "../parts/message";
import { Progress } from "../parts/progress";
import { changeQuery, usePlace } from "../router";
import { useStore } from "../store";
import { t } from "../texts";
import { addUploads, cancelUpload, retryUpload, uploads, type Upload } from "../uploads";

const PAGE = 20;
const MOST = 200;
const SHOTS = [0, 2, 5, 10, 30];
const SHOTS_USUAL = "5";

function useShots(): string {
    return usePlace().query.get("every-s") ?? SHOTS_USUAL;
}

function ShotsChooser() {
    const every = useShots();
    return (
        <Segments
            label={t.options.shots}
            value={every}
            options={SHOTS.map((s) => ({ value: String(s), text: t.options.shotsEvery(s) }))}
            onChange={(value) => changeQuery({ "every-s": value === SHOTS_USUAL ? "" : value })}
        />
    );
}

/* ---- under way ---- */

function sendingWords(upload: Upload): string {
    const words = [t.video.sending(t.format.bytes(upload.sent), t.format.bytes(upload.total))];
    const s = (performance.now() - upload.startedMs) / 1000;
    const rate = upload.sent / s;
    if (s > 1 && rate > 0) words.push(t.video.left((upload.total - upload.sent) / rate));
    return words.join(", ");
}

function UploadRow({ upload }: { upload: Upload }) {
    const { name } = upload.file;
    const waits = upload.state === "waiting";
    return (
        <li class="work">
            <p class="work-name">{name}</p>
            <div class="work-how">
                {upload.state === "failed" ? (
                    <ErrorMessage text={upload.error} again={() => retryUpload(upload.key)} />
                ) : (
                    <>
                        <Progress
                            part={waits ? 0 : upload.sent / Math.max(1, upload.total)}
                            label={t.video.progressOf(name)}
                        />
                        <p class="quiet figures">{waits ? t.video.waitingHere : sendingWords(upload)}</p>
                    </>
                )}
            </div>
            <button
                type="button"
                class="icon"
                aria-label={t.video.cancelOf(name)}
                title={t.video.cancel}
                onClick={() => cancelUpload(upload.key)}
            >
                <CloseIcon />
            </button>
        </li>
    );
}

function ActiveRow({ job, onCancel }: { job: Job; onCancel: () => void }) {
    return (
        <li class="work">
            <p class="work-name">
                <Link to={`/video/${job.id}`}>{jobName(job)}</Link>
            </p>
            <div class="work-how">
                <JobProgress job={job} />
            </div>
            <button
                type="button"
                class="icon"
                aria-label={t.video.cancelOf(jobName(job))}
                title={t.video.cancel}
                onClick={onCancel}
            >
                <CloseIcon />
            </button>
        </li>
    );
}

/* ---- what is there ---- */

function DoneRow({ job, onRemove }: { job: Job; onRemove: () => void }) {
    const name = jobName(job);
    const ended = job.ended ?? job.created;
    return (
        <li class="done">
            <Link to={`/video/${job.id}`}>
                {job.screenshots ? (
                    <img src={`/api/jobs/${job.id}/screenshots/1`} alt="" loading="lazy" />
                ) : (
                    <span class="no-shot" />
                )}
                <span class="done-name">{name}</span>
            </Link>
            <span class={`state ${job.state}`}>{t.video.states[job.state]}</span>
            <span class="quiet">{ended ? t.format.minute(new Date(ended)) : ""}</span>
            <button
                type="button"
                class="icon"
                aria-label={t.video.removeOf(name)}
                title={t.video.remove}
                onClick={onRemove}
            >
                <CloseIcon />
            </button>
        </li>
    );
}

function Lists() {
    const [limit, setLimit] = useState(PAGE);
    const { jobs, next, error, refresh } = useJobs(limit);
    const [failed, setFailed] = useState("");
    const sending = useStore(uploads);
    const active = jobs.filter(isActive).reverse();
    const ended = jobs.filter((job) => !isActive(job));
    const busy = active.length + sending.length > 0;
    const wasBusy = useRef(false); /* the queue's place stays, so that nothing moves at its end */
    wasBusy.current ||= busy;
    const act = (what: Promise<void>) =>
        what.then(refresh, (problem) => setFailed(asProblem(problem).message));
    return (
        <>
            <p class="unseen" role="status">
                {t.video.underWay(active.length + sending.length)}
            </p>
            {(error || failed) && <ErrorMessage text={error || failed} again={refresh} />}
            {wasBusy.current && (
                <section aria-labelledby="queue-title">
                    <h2 id="queue-title">{t.video.queue}</h2>
                    <ul class="list queue">
                        {!busy && <li class="quiet">{t.video.nothingWaits}</li>}
                        {active.map((job) => (
                            <ActiveRow key={job.id} job={job} onCancel={() => act(cancelJob(job.id))} />
                        ))}
                        {sending.map((upload) => (
                            <UploadRow key={upload.key} upload={upload} />
                        ))}
                    </ul>
                </section>
            )}
            <section aria-labelledby="before-title">
                <h2 id="before-title">{t.video.before}</h2>
                {ended.length === 0 && <p class="quiet">{t.video.empty}</p>}
                <ul class="list">
                    {ended.map((job) => (
                        <DoneRow key={job.id} job={job} onRemove={() => act(removeJob(job.id))} />
                    ))}
                </ul>
                {next !== null && limit < MOST && (
                    <button type="button" onClick={() => setLimit(Math.min(MOST, limit + PAGE))}>
                        {t.video.more}
                    </button>
                )}
            </section>
        </>
    );
}

export function VideoPage() {
    const look = useLook();
    const every = useShots();
    const [refused, setRefused] = useState("");

    function take(files: File[]) {
        const videos = files.filter(isVideo);
        const other = files.find((file) => !isVideo(file));
        setRefused(other ? t.drop.refused(other.name) : "");
        addUploads(videos, { ...look, "every-s": every === "0" ? "" : every });
    }

    useEffect(() => {
        const given = takeOver();
        if (given.length > 0) take(given);
    }, []);

    return (
        <>
            <PageHead title={t.video.title} lead={t.video.lead} />
            <DropZone
                title={t.video.drop}
                choose={t.video.choose}
                note={t.video.kinds}
                accept={VIDEOS}
                multiple
                compact
                onFiles={take}
            />
            <DoingChooser
                value={look.analyse}
                lead={t.doing.lead}
                onChange={(analyse) => changeQuery({ analyse })}
            />
            <LookChooser>
                <ShotsChooser />
            </LookChooser>
            {refused && <ErrorMessage text={refused} />}
            <Lists />
        </>
    );
}
