/* SPDX-License-Identifier: Apache-2.0 */
/* Ways to choose: one of a few side by side, one of a list. */
import { useId } from "preact/hooks";

type Option = { value: string; text: string };

type Given = {
    label: string;
    options: Option[];
    value: string;
    hideLabel?: boolean;
    onChange: (value: string) => void;
};

/* What is chosen is what the page says, also where it refuses; browsers check at once. */
function keep(event: Event, chosen: number): void {
    const all = (event.currentTarget as Element).closest("fieldset")!.querySelectorAll("input");
    all.forEach((input, i) => (input.checked = i === chosen));
}

export function Segments({ label, options, value, hideLabel, onChange }: Given) {
    const name = useId();
    const chosen = options.findIndex((option) => option.value === value);
    return (
        <fieldset class="segments">
            <legend class={hideLabel ? "unseen" : ""}>{label}</legend>
            <div>
                {options.map((option) => (
                    <label key={option.value}>
                        <input
                            type="radio"
                            name={name}
                            checked={option.value === value}
                            onChange={(event) => {
                                keep(event, chosen);
                                onChange(option.value);
                            }}
                        />
                        <span>{option.text}</span>
                    </label>
                ))}
            </div>
        </fieldset>
    );
}

export function Select({ label, options, value, onChange }: Given) {
    return (
        <label class="field">
            <span>{label}</span>
            <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
                {options.map((option) => (
                    <option key={option.value} value={option.value} selected={option.value === value}>
                        {option.text}
                    </option>
                ))}
            </select>
        </label>
    );
}

type Switched = { label: string; on: boolean; disabled?: boolean; onChange: (on: boolean) => void };

export function Switch({ label, on, disabled, onChange }: Switched) {
    return (
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                checked={on}
                disabled={disabled}
                onChange={(event) => onChange(event.currentTarget.checked)}
            />
            <span>{label}</span>
        </label>
    );
}
