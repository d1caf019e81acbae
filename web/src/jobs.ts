/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of the server, asked for again as long as something moves. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { asProblem, getJson, isAbort, request, type Job, type Jobs } from "./api/client";
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
    useEffect(() => {
        const ending = new AbortController();
        let timer = 0;
        async function ask() {
            let wait = QUIET_MS;
            try {
                const { signal } = ending;
                const answer = await getJson<Jobs>(`/api/jobs?limit=${limit}`, { signal });
                setPage(answer);
                setError("");
                if (answer.jobs.some(isActive)) wait = BUSY_MS;
            } catch (problem) {
                if (isAbort(problem)) return;
                setError(asProblem(problem).message);
            }
            if (!ending.signal.aborted) timer = window.setTimeout(ask, wait);
        }
        void ask();
        return () => {
            ending.abort();
            clearTimeout(timer);
        };
    }, [limit, round, arrived]);
    return { ...page, error, refresh };
}

export type OneJob = { job: Job | null; error: string; status: number };

export function useJob(id: string): OneJob {
    const [state, setState] = useState<OneJob>({ job: null, error: "", status: 0 });
    useEffect(() => {
        const ending = new AbortController();
        let timer = 0;
        async function ask() {
            try {
                const { signal } = ending;
                const job = await getJson<Job>(`/api/jobs/${encodeURIComponent(id)}`, { signal });
                setState({ job, error: "", status: 0 });
                if (isActive(job)) timer = window.setTimeout(ask, BUSY_MS);
            } catch (error) {
                if (isAbort(error)) return;
                const problem = asProblem(error);
                setState((before) => ({ ...before, error: problem.message, status: problem.status }));
                if (problem.status === 0) timer = window.setTimeout(ask, QUIET_MS);
            }
        }
        void ask();
        return () => {
            ending.abort();
            clearTimeout(timer);
        };
    }, [id]);
    return state;
}
