/* SPDX-License-Identifier: Apache-2.0 */
/* What a live source shows right now, in numbers. */
import { colourOf } from "../pose/draw";
import type { Person } from "../pose/result";
import { t } from "../texts";

export function Numbers({ rows, kind = "numbers" }: { rows: [string, string][]; kind?: string }) {
    return (
        <dl class={kind}>
            {rows.map(([name, value]) => (
                <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}

export function PeopleNow({ people }: { people: Person[] }) {
    return (
        <table class="now">
            <thead>
                <tr>
                    <th scope="col">{t.live.order}</th>
                    <th scope="col">{t.live.id}</th>
                    <th scope="col">{t.live.score}</th>
                </tr>
            </thead>
            <tbody>
                {people.map((person, i) => (
                    <tr key={person.key}>
                        <td>{i + 1}</td>
                        <td>
                            <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                                <circle cx="5" cy="5" r="5" fill={colourOf(person.key)} />
                            </svg>
                            {person.id ?? t.live.unknown}
                        </td>
                        <td>{t.format.score(person.score)}</td>
                    </tr>
                ))}
                {people.length === 0 && (
                    <tr>
                        <td colSpan={3} class="quiet">
                            {t.live.noOne}
                        </td>
                    </tr>
                )}
            </tbody>
        </table>
    );
}
