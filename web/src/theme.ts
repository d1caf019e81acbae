/* SPDX-License-Identifier: Apache-2.0 */
/* Light or dark: as the system has it, or as it was chosen here. */
import { createStore } from "./store";

export type Theme = "system" | "light" | "dark";

const KEY = "stance-theme";
const order: Theme[] = ["system", "light", "dark"];

/* Storage may be forbidden. */
function remembered(): Theme {
    try {
        const value = localStorage.getItem(KEY);
        return order.find((theme) => theme === value) ?? "system";
    } catch {
        return "system";
    }
}

export const theme = createStore<Theme>(remembered());

/* Counts changes of what is really shown; canvases are drawn anew then. */
export const shades = createStore(0);

function apply(): void {
    const root = document.documentElement;
    if (theme.get() === "system") delete root.dataset.theme;
    else root.dataset.theme = theme.get();
    shades.set(shades.get() + 1);
}

export function beginTheme(): void {
    apply();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}

export function nextTheme(): void {
    const next = order[(order.indexOf(theme.get()) + 1) % order.length];
    theme.set(next);
    try {
        localStorage.setItem(KEY, next);
    } catch {
        /* it lasts as long as the page, then */
    }
    apply();
}

export function colour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
