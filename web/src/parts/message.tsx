/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong, or what is to be known, in words. */
import type { ComponentChildren } from "preact";
import { t } from "../texts";

export function ErrorMessage({ text, again }: { text: string; again?: () => void }) {
    return (
        <div class="message bad" role="alert">
            <p>{text}</p>
            {again && (
                <button type="button" onClick={again}>
                    {t.errors.again}
                </button>
            )}
        </div>
    );
}

export function Note({ children }: { children: ComponentChildren }) {
    return (
        <div class="message" role="note">
            {children}
        </div>
    );
}

export function PageHead({ title, lead }: { title: string; lead: string }) {
    return (
        <div class="head">
            <h1>{title}</h1>
            <p>{lead}</p>
        </div>
    );
}
