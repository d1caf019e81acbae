/* SPDX-License-Identifier: Apache-2.0 */
/* Networks: which are here, which can be had, under what licence. */
import { useRef, useState } from "preact/hooks";
import { asProblem, isAbort, Problem, type Model } from "../api/client";
import { eventsOf } from "../api/flows";
import { Segments } from "../parts/choices";
import { learnModels, useModels } from "../parts/look";
import { ErrorMessage, PageHead } from "../parts/message";
import { Progress } from "../parts/progress";
import { changeQuery, usePlace } from "../router";
import { t } from "../texts";

type Transfer = { bytes: number; total: number | null };

async function fetchModel(name: string, signal: AbortSignal, tell: (far: Transfer) => void): Promise<void> {
    const path = `/api/models/${encodeURIComponent(name)}/fetch`;
    for await (const { event, data } of eventsOf(path, { method: "POST", signal })) {
        if (event === "progress") tell(JSON.parse(data) as Transfer);
        if (event !== "end") continue;
        const { error } = JSON.parse(data) as { error: string | null };
        if (error) throw new Problem(0, t.errors.title, error);
    }
}

function useFetching(name: string) {
    const [far, setFar] = useState<Transfer | null>(null);
    const [error, setError] = useState("");
    const ending = useRef<AbortController | null>(null);

    async function start() {
        ending.current = new AbortController();
        setError("");
        setFar({ bytes: 0, total: null });
        try {
            await fetchModel(name, ending.current.signal, setFar);
            await learnModels();
        } catch (problem) {
            if (!isAbort(problem)) setError(asProblem(problem).message);
        }
        setFar(null);
    }

    return { far, error, start, stop: () => ending.current?.abort() };
}

function farWords(far: Transfer): string {
    return t.models.fetching(
        t.format.bytes(far.bytes),
        far.total === null ? null : t.format.bytes(far.total),
    );
}

function StateCell({ model }: { model: Model }) {
    const { far, error, start, stop } = useFetching(model.name);
    const fetchable = model.state === "absent" || model.state === "altered";
    if (far)
        return (
            <div class="fetching">
                <Progress
                    part={far.total ? far.bytes / far.total : null}
                    label={t.models.fetchOf(model.name)}
                />
                <p class="quiet figures">{farWords(far)}</p>
                <button type="button" onClick={stop}>
                    {t.models.stop}
                </button>
            </div>
        );
    return (
        <>
            <div class="actions">
                <span class={`state ${model.state}`}>{t.models.states[model.state]}</span>
                {fetchable && (
                    <button type="button" aria-label={t.models.fetchOf(model.name)} onClick={start}>
                        {t.models.fetch}
                    </button>
                )}
            </div>
            {model.state === "unpinned" && <p class="quiet small">{t.models.unpinned}</p>}
            {model.state === "altered" && <p class="quiet small">{t.models.altered}</p>}
            {error && <ErrorMessage text={error} />}
        </>
    );
}

function Licence({ model }: { model: Model }) {
    const name = model.licence ?? t.models.unknown;
    if (!model.licence_url) return <>{name}</>;
    return (
        <a href={model.licence_url} rel="noreferrer" target="_blank">
            {name}
        </a>
    );
}

function Row({ model }: { model: Model }) {
    return (
        <tr>
            <th scope="row" data-label={t.models.name}>
                <span class="model-name">{model.name}</span>
                <span class="quiet small">
                    {[model.title, t.models.finds[model.finds]].filter(Boolean).join(", ")}
                </span>
            </th>
            <td data-label={t.models.joints}>{model.skeleton ?? t.models.unknown}</td>
            <td data-label={t.models.accuracy}>
                {model.ap === null ? t.models.unknown : t.format.score(model.ap)}
            </td>
            <td data-label={t.models.size}>
                {model.bytes === null ? t.models.unknown : t.format.bytes(model.bytes)}
            </td>
            <td data-label={t.models.licence}>
                <Licence model={model} />
            </td>
            <td data-label={t.models.state}>
                <StateCell model={model} />
            </td>
        </tr>
    );
}

export function ModelsPage() {
    const { query } = usePlace();
    const all = useModels();
    const filter = query.get("state") ?? "";
    const here = all.filter((model) => model.state === "present");
    const others = all.filter((model) => model.state !== "present");
    const shown = [...(filter === "absent" ? [] : here), ...(filter === "present" ? [] : others)];
    const { name, joints, accuracy, size, licence, state } = t.models;
    return (
        <>
            <PageHead title={t.models.title} lead={t.models.lead} />
            <Segments
                label={t.models.filter}
                hideLabel
                value={filter}
                options={Object.entries(t.models.filters).map(([value, text]) => ({ value, text }))}
                onChange={(value) => changeQuery({ state: value })}
            />
            {all.length > 0 && shown.length === 0 && <p>{t.models.none}</p>}
            <div class="scroll">
                <table class="models">
                    <thead>
                        <tr>
                            {[name, joints, accuracy, size, licence, state].map((text) => (
                                <th key={text} scope="col">
                                    {text}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((model) => (
                            <Row key={model.name} model={model} />
                        ))}
                    </tbody>
                </table>
            </div>
            <p class="quiet small">{`${accuracy}: ${t.models.accuracyHint}.`}</p>
        </>
    );
}
