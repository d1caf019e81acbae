/* SPDX-License-Identifier: Apache-2.0 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { beginSession, tokenNeeded } from "../api/session";
import { useStore } from "../store";
import { t } from "../texts";

export function TokenDialog() {
    const needed = useStore(tokenNeeded);
    const dialog = useRef<HTMLDialogElement>(null);
    const [token, setToken] = useState("");
    const [error, setError] = useState("");

    useEffect(() => {
        if (needed) dialog.current?.showModal();
        else dialog.current?.close();
    }, [needed]);

    /* There is nothing behind it that would work without. */
    function stay() {
        if (tokenNeeded.get()) dialog.current?.showModal();
    }

    async function send(event: JSX.TargetedSubmitEvent<HTMLFormElement>) {
        event.preventDefault();
        try {
            setError((await beginSession(token.trim())) ? "" : t.token.wrong);
        } catch {
            setError(t.token.unreachable);
        }
        setToken("");
    }

    return (
        <dialog class="token" ref={dialog} aria-labelledby="token-title" onClose={stay}>
            <form onSubmit={send}>
                <h2 id="token-title">{t.token.title}</h2>
                <p>{t.token.lead}</p>
                <label class="field">
                    <span>{t.token.label}</span>
                    <input
                        type="password"
                        autocomplete="current-password"
                        required
                        value={token}
                        aria-invalid={error !== ""}
                        aria-describedby="token-error"
                        onInput={(e) => setToken(e.currentTarget.value)}
                    />
                </label>
                <p id="token-error" class="wrong" role="alert">
                    {error}
                </p>
                <button class="primary" type="submit">
                    {t.token.send}
                </button>
            </form>
        </dialog>
    );
}
