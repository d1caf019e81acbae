/* SPDX-License-Identifier: Apache-2.0 */
/* What the people before a camera do right now, to be read from across a room. */
import { colourOf } from "../pose/draw";
import type { Person } from "../pose/result";
import { t } from "../texts";
import { Numbers } from "./now";

const NOT_COUNTS = ["amount", "tempo", "depth"];
const JOINTS = ["knee", "hip", "shoulder", "elbow"];
const GAIT: Record<string, string> = { steps: "", cadence: "1/min" };

function wordOf(person: Person, analysis: string, name: string): string {
    const word = person.analysis[analysis]?.[name];
    return typeof word === "string" && word !== "none" ? word : "";
}

function numberOf(person: Person, analysis: string, name: string): number | null {
    const value = person.analysis[analysis]?.[name];
    return typeof value === "number" ? value : null;
}

function countsOf(person: Person): [string, number][] {
    return Object.entries(person.analysis.reps ?? {}).filter(
        (each): each is [string, number] =>
            typeof each[1] === "number" && !NOT_COUNTS.includes(each[0]) && each[1] > 0,
    );
}

const nameOf = (person: Person) => t.joints.person(person.key);

/* Said once, by screen readers as well, for as long as it holds. */
export function FallAlarm({ people }: { people: Person[] }) {
    const fallen = people.flatMap((person) => {
        const state = wordOf(person, "fall", "state");
        const say = t.doing.alarm[state];
        return say ? [{ key: person.key, state, text: say(nameOf(person)) }] : [];
    });
    return (
        <div role="alert" class="alarms">
            {fallen.map(({ key, state, text }) => (
                <p key={key} class={`alarm ${state}`}>
                    {text}
                </p>
            ))}
        </div>
    );
}

function Counts({ person }: { person: Person }) {
    const counts = countsOf(person);
    const state = wordOf(person, "reps", "state");
    if (!person.analysis.reps) return null;
    return (
        <>
            {counts.map(([name, n]) => (
                <p key={name} class="count">
                    <strong>{t.format.whole(n)}</strong> {t.doing.exercise(name, n)}
                </p>
            ))}
            {state && <p class="quiet">{t.doing.Word(state)}</p>}
        </>
    );
}

/* Whoever has fallen needs no advice on planks. */
function Words({ person }: { person: Person }) {
    const fallen = wordOf(person, "fall", "state") in t.doing.alarm;
    const posture = fallen ? "" : wordOf(person, "posture", "posture");
    const advice = wordOf(person, "posture", "advice");
    const activity = wordOf(person, "activity", "activity");
    const held = numberOf(person, "posture", "plank_held");
    return (
        <>
            {activity && <p class="large-word">{t.doing.Word(activity)}</p>}
            {posture && (
                <p class="large-word">
                    {t.doing.Word(posture)}
                    {held !== null && <span class="quiet"> {t.format.duration(held)}</span>}
                </p>
            )}
            {posture && advice && (
                <p class={advice === "good" ? "advice good" : "advice"}>{t.doing.Word(advice)}</p>
            )}
        </>
    );
}

function Figures({ person }: { person: Person }) {
    const rows: [string, string][] = [];
    for (const [name, unit] of Object.entries(GAIT)) {
        const n = numberOf(person, "gait", name);
        if (n) rows.push([t.doing.measure(name), t.doing.value(n, unit)]);
    }
    for (const joint of JOINTS) {
        const sides = ["left", "right"].map((side) => numberOf(person, "angles", `${side}_${joint}`));
        if (sides.every((n) => n === null)) continue;
        rows.push([
            t.doing.measure(joint),
            sides.map((n) => (n === null ? "–" : `${t.format.whole(n)}°`)).join(" / "),
        ]);
    }
    if (rows.length === 0) return null;
    return (
        <>
            <Numbers rows={rows} kind="figures-now" />
            {person.analysis.angles && <p class="quiet small">{t.doing.sides}</p>}
        </>
    );
}

export function DoingNow({ people }: { people: Person[] }) {
    const told = people.filter((person) => Object.keys(person.analysis).length > 0);
    if (told.length === 0) return null;
    return (
        <section class="doing-now" aria-labelledby="now-title">
            <h2 id="now-title">{t.doing.now}</h2>
            {told.map((person) => (
                <article key={person.key} aria-label={nameOf(person)}>
                    <h3>
                        <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                            <circle cx="5" cy="5" r="5" fill={colourOf(person.key)} />
                        </svg>
                        {nameOf(person)}
                    </h3>
                    <Counts person={person} />
                    <Words person={person} />
                    <Figures person={person} />
                </article>
            ))}
        </section>
    );
}
