/* SPDX-License-Identifier: Apache-2.0 */
/* Screenshots of a job, small side by side and large in a dialog. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts";
import { CloseIcon } from "./icons";

type Given = { id: string; count: number; ratio: string; name: string };

const address = (id: string, n: number) => `/api/jobs/${id}/screenshots/${n}`;

type Large = Given & { n: number; onMove: (n: number) => void };

function LargeShot({ id, count, n, onMove }: Large) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        if (n > 0) dialog.current?.showModal();
        else dialog.current?.close();
    }, [n > 0]);

    function keys(event: KeyboardEvent) {
        if (event.key === "ArrowLeft" && n > 1) onMove(n - 1);
        if (event.key === "ArrowRight" && n < count) onMove(n + 1);
    }

    return (
        <dialog
            class="large-shot"
            ref={dialog}
            aria-label={t.job.shotAlt(n, count)}
            onKeyDown={keys}
            onClose={() => onMove(0)}
        >
            {n > 0 && (
                <>
                    <img src={address(id, n)} alt={t.job.shotAlt(n, count)} />
                    <div class="actions">
                        <button type="button" disabled={n === 1} onClick={() => onMove(n - 1)}>
                            {t.job.previous}
                        </button>
                        <button type="button" disabled={n === count} onClick={() => onMove(n + 1)}>
                            {t.job.next}
                        </button>
                        <span class="quiet figures">{`${n} / ${count}`}</span>
                        <a class="button" href={address(id, n)} download="">
                            {t.job.saveShot}
                        </a>
                        <button
                            type="button"
                            class="icon"
                            aria-label={t.job.close}
                            onClick={() => dialog.current?.close()}
                        >
                            <CloseIcon />
                        </button>
                    </div>
                </>
            )}
        </dialog>
    );
}

export function Gallery(given: Given) {
    const { id, count, ratio } = given;
    const [large, setLarge] = useState(0);
    const all = Array.from({ length: count }, (_, i) => i + 1);
    return (
        <section aria-labelledby="gallery-title">
            <h2 id="gallery-title">{t.job.gallery}</h2>
            {count === 0 && <p class="quiet">{t.job.noShots}</p>}
            <ul class="gallery">
                {all.map((n) => (
                    <li key={n}>
                        <button type="button" onClick={() => setLarge(n)}>
                            <img
                                src={address(id, n)}
                                alt={t.job.shotAlt(n, count)}
                                loading="lazy"
                                style={{ aspectRatio: ratio }}
                            />
                        </button>
                    </li>
                ))}
            </ul>
            <LargeShot {...given} n={large} onMove={setLarge} />
        </section>
    );
}
