/* SPDX-License-Identifier: Apache-2.0 */
/* What people do: choosing what is measured, and what a picture's people measure. */
import type { Measure } from "../api/client";
import { analysesOf, groupsOf, isWord, sideOf, type Group } from "../pose/measures";
import type { Person } from "../pose/result";
import { t } from "../texts";

/* What needs no before and after. */
export const OF_PICTURES = ["angles", "posture", "ratios"];

/* @return of a list as the server takes it what is among `names` */
export function amongst(list: string, names: string[]): string {
    const asked = list === "all" ? Object.keys(t.doing.analyses) : list.split(",");
    return names.filter((name) => asked.includes(name)).join(",");
}

type Given = { value: string; names?: string[]; lead: string; onChange: (value: string) => void };

export function DoingChooser({ value, names, lead, onChange }: Given) {
    const all = names ?? Object.keys(t.doing.analyses);
    const on = amongst(value, all).split(",");
    function toggle(name: string) {
        onChange(all.filter((each) => on.includes(each) !== (each === name)).join(","));
    }
    return (
        <fieldset class="chips doing">
            <legend>{t.doing.title}</legend>
            <div>
                {all.map((name) => (
                    <label key={name} title={t.doing.helps[name]}>
                        <input type="checkbox" checked={on.includes(name)} onChange={() => toggle(name)} />
                        <span>{t.doing.analyses[name]}</span>
                    </label>
                ))}
            </div>
            <p class="quiet small">{lead}</p>
        </fieldset>
    );
}

/* ---- one person's measures as a table ---- */

function valueOf(person: Person, measure: Measure | undefined): string {
    const value = measure && person.analysis[measure.analysis]?.[measure.name];
    if (value === undefined) return "";
    return typeof value === "number" ? t.doing.value(value, measure!.unit ?? "") : t.doing.word(value);
}

function Row({ person, group }: { person: Person; group: Group }) {
    const side = (name: string | null) => group.measures.find((measure) => sideOf(measure) === name);
    const middle = side(null);
    if (!group.measures.some((measure) => valueOf(person, measure))) return null;
    return (
        <tr>
            <th scope="row">{t.doing.measure(group.name)}</th>
            {middle ? (
                <td colSpan={2}>{valueOf(person, middle)}</td>
            ) : (
                <>
                    <td>{valueOf(person, side("left"))}</td>
                    <td>{valueOf(person, side("right"))}</td>
                </>
            )}
        </tr>
    );
}

/* Of the measures that a picture has: speeds and spreads need a before. */
function isStill(group: Group): boolean {
    return !/_(speed|spread)$/.test(group.name);
}

export function Measured({ person, measures }: { person: Person; measures: Measure[] }) {
    const analyses = analysesOf(measures).filter((name) => person.analysis[name]);
    const words = measures.filter((measure) => isWord(measure) && !["", "none"].includes(valueOf(person, measure)));
    if (analyses.length === 0) return null;
    return (
        <section aria-labelledby="measured-title">
            <h2 id="measured-title">{t.doing.title}</h2>
            {words.map((measure) => (
                <p key={measure.analysis + measure.name}>
                    <span class="quiet">{t.doing.measure(measure.name)}: </span>
                    <strong>{valueOf(person, measure)}</strong>
                </p>
            ))}
            {analyses.map((analysis) => (
                <table key={analysis} class="joints measured">
                    <caption>{t.doing.analyses[analysis] ?? analysis}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t.doing.which}</th>
                            <th scope="col">{t.doing.left}</th>
                            <th scope="col">{t.doing.right}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {groupsOf(measures, analysis)
                            .filter(isStill)
                            .map((group) => (
                                <Row key={group.name} person={person} group={group} />
                            ))}
                    </tbody>
                </table>
            ))}
        </section>
    );
}
