/* SPDX-License-Identifier: Apache-2.0 */
/* How far a job is: a bar, frames, time left. */
import type { Job } from "../api/client";
import { secondsLeft } from "../jobs";
import { t } from "../texts";
import { Progress } from "./progress";

export function jobName(job: Job): string {
    return job.name || t.video.unnamed;
}

function words(job: Job): string {
    if (job.state === "queued") return t.video.queued;
    if (job.frames === 0) return t.video.starting;
    const left = secondsLeft(job);
    const parts = [t.video.running(job.frames, job.frame_count)];
    if (left !== null) parts.push(t.video.left(left));
    return parts.join(", ");
}

function partOf(job: Job): number | null {
    if (job.state === "queued") return 0;
    return job.frame_count ? Math.min(1, job.frames / job.frame_count) : null;
}

export function JobProgress({ job }: { job: Job }) {
    return (
        <>
            <Progress part={partOf(job)} label={t.video.progressOf(jobName(job))} />
            <p class="quiet figures">{words(job)}</p>
        </>
    );
}
