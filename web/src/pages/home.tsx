/* SPDX-License-Identifier: Apache-2.0 */
/* The first visit: something that runs with one click, and where to go from there. */
import { useState } from "preact/hooks";
import { asProblem } from "../api/client";
import { openStream } from "../streams";
import { handOver } from "../handoff";
import { DropZone, isPicture, isVideo, PICTURES, VIDEOS } from "../parts/drop";
import { MovingFigure } from "../parts/figure";
import { Link } from "../parts/link";
import { useLook } from "../parts/look";
import { ErrorMessage } from "../parts/message";
import { addressOf, go } from "../router";
import { t } from "../texts";

const DEMO = "mannequin:walk?people=2";

function Hero() {
    const look = useLook();
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState("");

    async function demo() {
        setBusy(true);
        setError("");
        try {
            const stream = await openStream(DEMO, look);
            go(addressOf(`/live/${stream.id}`, { "device-name": look.device }));
        } catch (problem) {
            setError(asProblem(problem).message);
            setBusy(false);
        }
    }

    return (
        <section class="hero">
            <div class="hero-words">
                <h1>{t.home.title}</h1>
                <p class="lead">{t.home.lead}</p>
                <button type="button" class="primary large" disabled={busy} onClick={demo}>
                    {busy ? t.home.demoBusy : t.home.demo}
                </button>
                <p class="quiet">{t.home.demoNote}</p>
                {error && <ErrorMessage text={error} />}
            </div>
            <div class="hero-figure stage">
                <MovingFigure />
            </div>
        </section>
    );
}

export function HomePage() {
    const [refused, setRefused] = useState("");

    function take(files: File[]) {
        const videos = files.filter(isVideo);
        const pictures = files.filter(isPicture);
        if (videos.length + pictures.length === 0) {
            setRefused(t.drop.refused(files[0].name));
            return;
        }
        handOver(videos.length > 0 ? videos : pictures);
        go(videos.length > 0 ? "/video" : "/picture");
    }

    return (
        <div class="home">
            <Hero />
            {refused && <ErrorMessage text={refused} />}
            <DropZone
                title={t.home.drop}
                choose={t.home.choose}
                accept={`${PICTURES},${VIDEOS}`}
                multiple
                compact
                second
                onFiles={take}
            />
            <ul class="ways">
                {t.home.ways.map((way) => (
                    <li key={way.to}>
                        <Link to={way.to}>
                            <strong>{way.name}</strong>
                            <span>{way.text}</span>
                        </Link>
                    </li>
                ))}
            </ul>
            <p class="quiet">{t.home.privacy}</p>
        </div>
    );
}
