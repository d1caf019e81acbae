/* SPDX-License-Identifier: Apache-2.0 */
/* The joints of a picture as a table; the one that is pointed at shows in the picture. */
import { useState } from "preact/hooks";
import type { Measure } from "../api/client";
import type { Highlight } from "../pose/draw";
import { colourOf } from "../pose/draw";
import type { Person } from "../pose/result";
import { t } from "../texts";
import { Segments } from "./choices";
import { Measured } from "./doing";

type Given = {
    people: Person[];
    measures: Measure[];
    highlight: Highlight;
    onHighlight: (highlight: Highlight) => void;
};

function Table({ person, highlight, onHighlight }: Given & { person: Person }) {
    const leave = () => onHighlight(null);
    return (
        <table class="joints" onMouseLeave={leave}>
            <caption>
                <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                    <circle cx="5" cy="5" r="5" fill={colourOf(person.key)} />
                </svg>
                {t.joints.personScore(person.key, person.score)}
            </caption>
            <thead>
                <tr>
                    <th scope="col">{t.joints.joint}</th>
                    <th scope="col">{t.joints.x}</th>
                    <th scope="col">{t.joints.y}</th>
                    <th scope="col">{t.joints.score}</th>
                </tr>
            </thead>
            <tbody>
                {person.points.map((point) => {
                    const show = () => onHighlight({ person: person.key, joint: point.name });
                    const on = highlight?.person === person.key && highlight.joint === point.name;
                    const there = point.x !== null && point.y !== null;
                    return (
                        <tr key={point.name} class={on ? "on" : ""} onMouseEnter={show}>
                            <th scope="row">
                                <button type="button" onFocus={show} onBlur={leave} onClick={show}>
                                    {t.joints.name(point.name)}
                                </button>
                            </th>
                            <td>{there ? t.format.whole(point.x!) : t.joints.none}</td>
                            <td>{there ? t.format.whole(point.y!) : ""}</td>
                            <td>{t.format.score(point.score)}</td>
                        </tr>
                    );
                })}
            </tbody>
        </table>
    );
}

export function Joints(given: Given) {
    const [chosen, setChosen] = useState("");
    const pointed = given.highlight?.person; /* maybe in the picture */
    const person =
        given.people.find((each) => each.key === pointed) ??
        given.people.find((each) => each.key === chosen) ??
        given.people[0];
    if (!person) return null;
    return (
        <section aria-labelledby="joints-title">
            <h2 id="joints-title">{t.joints.title}</h2>
            <p class="quiet">{t.joints.hint}</p>
            {given.people.length > 1 && (
                <Segments
                    label={t.joints.person("")}
                    hideLabel
                    value={person.key}
                    options={given.people.map((each) => ({
                        value: each.key,
                        text: t.joints.person(each.key),
                    }))}
                    onChange={setChosen}
                />
            )}
            <Table person={person} {...given} />
            <Measured person={person} measures={given.measures} />
        </section>
    );
}
