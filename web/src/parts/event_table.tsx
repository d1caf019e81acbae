/* SPDX-License-Identifier: Apache-2.0 */
/* A table of things that happened, which scrolls by itself where it is wide or long. */
import type { ComponentChildren } from "preact";

interface EventTableProps {
    label: string;
    heads: string[];
    kind?: string;
    below?: ComponentChildren;
    children: ComponentChildren;
}

export function EventTable({ label, heads, kind, below, children }: EventTableProps) {
    return (
        <div class={kind ? `scroll ${kind}` : "scroll"} tabIndex={0} role="region" aria-label={label}>
            <table class="events">
                <thead>
                    <tr>
                        {heads.map((name) => (
                            <th key={name} scope="col">
                                {name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>{children}</tbody>
            </table>
            {below}
        </div>
    );
}
