/* SPDX-License-Identifier: Apache-2.0 */
/* People, scores, and a joint's height and speed over the time of a video. */
import { useMemo } from "preact/hooks";
import { everybody, type Appearance, type Result } from "../pose/result";
import { heightLine, mostOf, peopleLine, scoreLine, seconds, speedLine, type Line } from "../pose/series";
import { changeQuery, usePlace } from "../router";
import type { Store } from "../store";
import { t } from "../texts";
import { Chart } from "./chart";
import { Select } from "./choices";
import { Measures } from "./measures";

const FIRST_JOINTS = ["left_wrist", "nose"];
const MOST_PEOPLE = 50;

type Given = { result: Result; time: Store<number>; onSeek: (s: number) => void };

export function useChosen(result: Result) {
    const { query } = usePlace();
    const people = useMemo(() => everybody(result).slice(0, MOST_PEOPLE), [result]);
    const person = people.find((each) => each.key === query.get("person"))?.key ?? people[0]?.key ?? "";
    const asked = query.get("joint") ?? "";
    const usual = FIRST_JOINTS.find((name) => result.names.includes(name)) ?? result.names[0];
    return { people, person, joint: result.names.includes(asked) ? asked : usual };
}

function useLines(result: Result, person: string, joint: string) {
    const people = useMemo(() => [peopleLine(result)], [result]);
    const xs = useMemo(() => seconds(result), [result]);
    const score = useMemo(() => [scoreLine(result, person)], [result, person]);
    const height = useMemo(() => [heightLine(result, person, joint)], [result, person, joint]);
    const speed = useMemo(() => [speedLine(result, person, joint)], [result, person, joint]);
    return { xs, people, score, height, speed };
}

function PersonSelect({ people, person }: { people: Appearance[]; person: string }) {
    return (
        <Select
            label={t.job.person}
            value={person}
            options={people.map(({ key }) => ({ value: key, text: t.joints.person(key) }))}
            onChange={(value) => changeQuery({ person: value })}
        />
    );
}

/* What was asked for comes first; whose it is stands at the top of all. */
export function Charts({ result, time, onSeek }: Given) {
    const { people, person, joint } = useChosen(result);
    const measured = result.measures.length > 0 && people.length > 0;
    return (
        <div class="beside-charts">
            {measured && people.length > 1 && (
                <div class="fields">
                    <PersonSelect people={people} person={person} />
                </div>
            )}
            {measured && <Measures result={result} person={person} time={time} onSeek={onSeek} />}
            <JointCharts
                result={result}
                time={time}
                onSeek={onSeek}
                chooser={!measured && <PersonSelect people={people} person={person} />}
                person={person}
                joint={joint}
                nobody={people.length === 0}
            />
        </div>
    );
}

type Joint = Given & { chooser: preact.ComponentChildren; person: string; joint: string; nobody: boolean };

function JointCharts({ result, time, onSeek, chooser, person, joint, nobody }: Joint) {
    const lines = useLines(result, person, joint);
    const chart = (title: string, unit: string, ys: Line[], more: { whole?: boolean; most?: number } = {}) => (
        <Chart
            title={title}
            unit={unit}
            label={t.job.chartText(title, t.format.short(mostOf(ys[0])))}
            xs={lines.xs}
            lines={ys}
            time={time}
            onSeek={onSeek}
            {...more}
        />
    );
    return (
        <section aria-labelledby="charts-title">
            <h2 id="charts-title">{t.job.charts}</h2>
            <p class="quiet">{nobody ? t.job.nobody : t.job.chartsHint}</p>
            {!nobody && (
                <div class="fields">
                    {chooser}
                    <Select
                        label={t.job.joint}
                        value={joint}
                        options={result.names.map((name) => ({ value: name, text: t.joints.name(name) }))}
                        onChange={(value) => changeQuery({ joint: value })}
                    />
                </div>
            )}
            <div class="charts">
                {chart(t.job.people, t.job.peopleUnit, lines.people, { whole: true })}
                {!nobody && (
                    <>
                        {chart(t.job.score, t.job.scoreUnit, lines.score, { most: 1 })}
                        {chart(t.job.height, t.job.heightUnit, lines.height)}
                        {chart(t.job.speed, t.job.speedUnit, lines.speed)}
                    </>
                )}
            </div>
        </section>
    );
}
