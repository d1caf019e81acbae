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

const system = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
    const usual = system.matches ? "dark" : "light";
    document.documentElement.dataset.theme = theme.get() === "system" ? usual : theme.get();
    shades.set(shades.get() + 1);
}

export function beginTheme(): void {
    apply();
    system.addEventListener("change", apply);
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
