/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of the server, asked for again as long as something moves. */
import { useCallback, useState } from "preact/hooks";
import { request, type Job, type Jobs } from "./api/client";
import { usePoll } from "./poll";
import { useStore } from "./store";
import { arrivals } from "./uploads";

const BUSY_MS = 600;
const QUIET_MS = 5000;

export function isActive(job: Job): boolean {
    return job.state === "queued" || job.state === "running";
}

export function secondsLeft(job: Job): number | null {
    if (job.frame_count === null || !job.fps) return null;
    return (job.frame_count - job.frames) / job.fps;
}

export async function cancelJob(id: string): Promise<void> {
    await request(`/api/jobs/${id}/cancel`, { method: "POST" });
}

export async function removeJob(id: string): Promise<void> {
    await request(`/api/jobs/${id}`, { method: "DELETE" });
}

export type JobList = { jobs: Job[]; next: number | null; error: string; refresh: () => void };

/* One request for the whole list: browsers have few connections to spare.
 * @param limit grows when older ones are asked for */
export function useJobs(limit: number): JobList {
    const [page, setPage] = useState<Jobs>({ jobs: [], next: null });
    const [error, setError] = useState("");
    const [round, setRound] = useState(0);
    const arrived = useStore(arrivals);
    const refresh = useCallback(() => setRound((n) => n + 1), []);
    usePoll<Jobs>(
        `/api/jobs?limit=${limit}`,
        (answer) => {
            setPage(answer);
            setError("");
            return answer.jobs.some(isActive) ? BUSY_MS : QUIET_MS;
        },
        (problem) => {
            setError(problem.message);
            return QUIET_MS;
        },
        [round, arrived],
    );
    return { ...page, error, refresh };
}

export type OneJob = { job: Job | null; error: string; status: number };

export function useJob(id: string): OneJob {
    const [state, setState] = useState<OneJob>({ job: null, error: "", status: 0 });
    usePoll<Job>(
        `/api/jobs/${encodeURIComponent(id)}`,
        (job) => {
            setState({ job, error: "", status: 0 });
            return isActive(job) ? BUSY_MS : null;
        },
        ({ message, status }) => {
            setState((before) => ({ ...before, error: message, status }));
            return status === 0 ? QUIET_MS : null;
        },
    );
    return state;
}
