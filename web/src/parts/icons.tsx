/* SPDX-License-Identifier: Apache-2.0 */
/* Drawn in one line width; what they mean is said beside them or in a label. */
import type { ComponentChildren } from "preact";
import type { Theme } from "../theme";

function Icon({ children }: { children: ComponentChildren }) {
    return (
        <svg
            viewBox="0 0 24 24"
            width="20"
            height="20"
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            {children}
        </svg>
    );
}

export function Mark() {
    return (
        <Icon>
            <path d="M4 7.5l8 3.5 8-3.5M12 11v5M7 22l5-6 5 6" />
            <circle cx="12" cy="5" r="2.5" fill="currentColor" stroke="none" />
        </Icon>
    );
}

export function ThemeIcon({ theme }: { theme: Theme }) {
    if (theme === "light")
        return (
            <Icon>
                <circle cx="12" cy="12" r="4" />
                <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />
            </Icon>
        );
    if (theme === "dark")
        return (
            <Icon>
                <path d="M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z" />
            </Icon>
        );
    return (
        <Icon>
            <circle cx="12" cy="12" r="8.5" />
            <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" />
        </Icon>
    );
}

export function CloseIcon() {
    return (
        <Icon>
            <path d="M6 6l12 12M18 6L6 18" />
        </Icon>
    );
}
