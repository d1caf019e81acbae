/* SPDX-License-Identifier: Apache-2.0 */

/* @param part 0 to 1; null: not known */
export function Progress({ part, label }: { part: number | null; label: string }) {
    return part === null ? (
        <progress class="bar" aria-label={label} />
    ) : (
        <progress class="bar" aria-label={label} max={1} value={part} />
    );
}
