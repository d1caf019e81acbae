/* SPDX-License-Identifier: Apache-2.0 */
/* A line for the command line, to copy. */
import { useState } from "preact/hooks";
import { t } from "../texts";

const TOLD_MS = 2000;

/* Clipboards are for https and the own machine only; a selection works everywhere. */
async function copy(text: string, line: Element): Promise<void> {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const range = document.createRange();
    range.selectNodeContents(line);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    document.execCommand("copy");
}

export function Command({ text }: { text: string }) {
    const [told, setTold] = useState(false);
    async function take(event: MouseEvent) {
        const line = (event.currentTarget as Element).parentElement!.querySelector("code")!;
        await copy(text, line);
        setTold(true);
        setTimeout(() => setTold(false), TOLD_MS);
    }
    return (
        <div class="command">
            <code tabIndex={0}>{text}</code>
            <button type="button" aria-label={t.help.copyOf(text)} onClick={take}>
                <span role="status">{told ? t.help.copied : t.help.copy}</span>
            </button>
        </div>
    );
}
