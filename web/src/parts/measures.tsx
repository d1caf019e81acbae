/* SPDX-License-Identifier: Apache-2.0 */
/* What a person of a video did: counts, words as bands, and any measure as a chart. */
import { useMemo } from "preact/hooks";
import type { Measure } from "../api/client";
import {
    analysesOf,
    groupsOf,
    isWord,
    lastValue,
    measureLine,
    rangeOf,
    sharesOf,
    sideOf,
    spansOf,
    type Group,
} from "../pose/measures";
import type { Result } from "../pose/result";
import { mostOf, seconds, type Line } from "../pose/series";
import { changeQuery, usePlace } from "../router";
import { t } from "../texts";
import { Bands, toneOf } from "./bands";
import { Chart, type Time } from "./chart";
import { Select } from "./choices";
import { Numbers } from "./now";

type Given = { result: Result; person: string; time: Time; onSeek: (s: number) => void };

const NOT_COUNTS = ["amount", "tempo", "depth"];
/* Words that say how it is measured, and not what somebody does. */
const ASIDE = ["angles.view", "reps.state"];
const NOTHING = ["none", "not seen"];
/* Shown with what they are of. */
const BESIDES = ["_speed", "_spread"];
/* What ends a video is worth a large number. */
const TOTALS = ["posture.plank_held", "gait.steps", "gait.cadence", "gait.symmetry"];

const idOf = (measure: Measure) => `${measure.analysis}.${measure.name}`;

export function countsOf(measures: Measure[]): Measure[] {
    return measures.filter(
        (measure) => measure.analysis === "reps" && !isWord(measure) && !NOT_COUNTS.includes(measure.name),
    );
}

function useCounts({ result, person }: Given) {
    return useMemo(() => {
        const lines = countsOf(result.measures).map((measure) => ({
            name: measure.name,
            line: measureLine(result, person, measure),
        }));
        return lines.filter(({ line }) => mostOf(line) > 0);
    }, [result, person]);
}

function useTotals({ result, person }: Given): [string, string][] {
    return useMemo(() => {
        const rows: [string, string][] = [];
        for (const measure of result.measures.filter((each) => TOTALS.includes(idOf(each)))) {
            const line = measureLine(result, person, measure);
            const last = measure.name === "plank_held" ? mostOf(line) : lastValue(result, person, measure);
            if (typeof last === "number" && last > 0)
                rows.push([t.doing.measure(measure.name), t.doing.value(last, measure.unit ?? "")]);
        }
        return rows;
    }, [result, person]);
}

/* ---- words ---- */

function WordBands({ measure, ...given }: Given & { measure: Measure }) {
    const { result, person, time, onSeek } = given;
    const xs = useMemo(() => seconds(result), [result]);
    const spans = useMemo(
        () => spansOf(result, person, measure).filter(({ word }) => !NOTHING.includes(word)),
        [result, person, measure],
    );
    const words = measure.words ?? [];
    if (spans.length === 0) return null;
    const title = measure.name === "state" ? t.doing.analyses[measure.analysis] : t.doing.measure(measure.name);
    const shares = sharesOf(spans).map(({ word, s }) => ({
        tone: toneOf(word, words),
        text: t.doing.share(t.doing.word(word), t.format.duration(s)),
    }));
    return (
        <div>
            <Bands
                title={title}
                label={t.doing.bandText(title, shares.map(({ text }) => text).join("; "))}
                bands={spans.map(({ word, from, to }) => ({
                    from,
                    to,
                    text: t.doing.word(word),
                    tone: toneOf(word, words),
                }))}
                first={xs[0]}
                last={xs[xs.length - 1]}
                time={time}
                onSeek={onSeek}
            />
            <ul class="shares">
                {shares.map(({ tone, text }) => (
                    <li key={text} class={tone}>
                        {text}
                    </li>
                ))}
            </ul>
        </div>
    );
}

/* ---- one measure as a chart ---- */

type Choice = { id: string; text: string; group: Group; lines: Line[]; names: string[] };

function choicesOf(result: Result, person: string): Choice[] {
    const choices: Choice[] = [];
    for (const analysis of analysesOf(result.measures))
        for (const group of groupsOf(result.measures, analysis)) {
            if (countsOf(group.measures).length > 0) continue;
            const lines = group.measures.map((measure) => measureLine(result, person, measure));
            if (!rangeOf(lines)) continue;
            choices.push({
                id: `${analysis}.${group.name}`,
                text: `${t.doing.analyses[analysis] ?? analysis}: ${t.doing.measure(group.name)}`,
                group,
                lines,
                names: group.measures.map((measure) => t.doing[sideOf(measure) ?? "left"]),
            });
        }
    return choices;
}

function MeasureChart({ choice, ...given }: Given & { choice: Choice }) {
    const { result, time, onSeek } = given;
    const xs = useMemo(() => seconds(result), [result]);
    const [least, most] = rangeOf(choice.lines) ?? [0, 0];
    const { name, unit } = choice.group;
    return (
        <Chart
            title={t.doing.measure(name)}
            unit={t.doing.unit(unit)}
            label={t.doing.chartText(t.doing.measure(name), t.doing.value(least, unit), t.doing.value(most, unit))}
            xs={xs}
            lines={choice.lines}
            names={choice.names}
            small={most < 1 && least > -1}
            signed={least < 0}
            time={time}
            onSeek={onSeek}
        />
    );
}

function AnyMeasure(given: Given) {
    const asked = usePlace().query.get("measure");
    const { result, person } = given;
    const choices = useMemo(() => choicesOf(result, person), [result, person]);
    const shown = choices.find(({ id }) => id === asked) ?? choices[0];
    if (!shown) return null;
    const more = choices.find(({ id }) => BESIDES.some((end) => id === shown.id + end));
    const first = choices.filter(({ id }) => !BESIDES.some((end) => id.endsWith(end)));
    return (
        <>
            <div class="fields">
                <Select
                    label={t.doing.which}
                    value={shown.id}
                    options={first.map(({ id, text }) => ({ value: id, text }))}
                    onChange={(id) => changeQuery({ measure: id === choices[0].id ? "" : id })}
                />
            </div>
            <div class="charts">
                <MeasureChart key={shown.id} choice={shown} {...given} />
                {more && <MeasureChart key={more.id} choice={more} {...given} />}
            </div>
        </>
    );
}

export function Measures(given: Given) {
    const { result, person, time, onSeek } = given;
    const counts = useCounts(given);
    const totals = useTotals(given);
    const xs = useMemo(() => seconds(result), [result]);
    const lines = useMemo(() => counts.map(({ line }) => line), [counts]);
    const words = result.measures.filter((measure) => isWord(measure) && !ASIDE.includes(idOf(measure)));
    const rows = counts.map(({ name, line }): [string, string] => {
        const n = mostOf(line);
        return [t.doing.Exercise(name, n), t.format.whole(n)];
    });
    return (
        <section class="measures" aria-labelledby="doing-title">
            <h2 id="doing-title">{t.doing.title}</h2>
            {rows.length + totals.length > 0 && <Numbers rows={[...rows, ...totals]} kind="numbers large" />}
            {words.map((measure) => (
                <WordBands key={idOf(measure)} measure={measure} {...given} />
            ))}
            {lines.length > 0 && (
                <Chart
                    title={t.doing.analyses.reps}
                    unit={t.doing.soFar}
                    label={t.job.chartText(t.doing.analyses.reps, rows.map((row) => row.join(" ")).join(", "))}
                    xs={xs}
                    lines={lines}
                    names={counts.map(({ name }) => t.doing.exercise(name, 2))}
                    whole
                    time={time}
                    onSeek={onSeek}
                />
            )}
            <AnyMeasure key={person} {...given} />
        </section>
    );
}
