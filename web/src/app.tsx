/* SPDX-License-Identifier: Apache-2.0 */
/* What surrounds every page: navigation, colours, the token; and which page it is. */
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { request } from "./api/client";
import { deviceFromAddress } from "./device";
import { Mark, ThemeIcon } from "./parts/icons";
import { Link } from "./parts/link";
import { TokenDialog } from "./parts/token";
import { EventsPage } from "./pages/events";
import { HelpPage } from "./pages/help";
import { HomePage } from "./pages/home";
import { JobPage } from "./pages/job";
import { LivePage } from "./pages/live";
import { ModelsPage } from "./pages/models";
import { NotFoundPage } from "./pages/not_found";
import { PicturePage } from "./pages/picture";
import { StreamPage } from "./pages/stream";
import { VideoPage } from "./pages/video";
import { usePlace } from "./router";
import { useStore } from "./store";
import { t } from "./texts";
import { nextTheme, theme } from "./theme";

const sections = ["picture", "video", "live", "events", "models", "help"] as const;

type Page = { title: string; show: ComponentType<{ id: string }>; id: string };

function pageOf(path: string[]): Page {
    const [section, id = ""] = path;
    const pages: Record<string, [string, ComponentType<{ id: string }>]> = {
        picture: [t.nav.picture, PicturePage],
        video: [t.nav.video, id ? JobPage : VideoPage],
        live: [t.nav.live, id ? StreamPage : LivePage],
        events: [t.nav.events, EventsPage],
        models: [t.nav.models, ModelsPage],
        help: [t.nav.help, HelpPage],
    };
    if (!section) return { title: "", show: HomePage, id };
    const mayHaveId = section === "video" || section === "live";
    const found = Object.hasOwn(pages, section) && path.length <= (mayHaveId ? 2 : 1);
    if (!found) return { title: t.errors.notFound, show: NotFoundPage, id };
    const [title, show] = pages[section];
    return { title, show, id };
}

function Header({ section }: { section: string }) {
    const chosen = useStore(theme);
    return (
        <header class="top">
            <Link class="brand" to="/" aria-label={t.nav.home}>
                <Mark />
                <span>{t.name}</span>
            </Link>
            <nav class="pages" aria-label={t.nav.label}>
                {sections.map((name) => (
                    <Link
                        key={name}
                        to={`/${name}`}
                        aria-current={name === section ? "page" : undefined}
                    >
                        {t.nav[name]}
                    </Link>
                ))}
            </nav>
            <button
                type="button"
                class="icon"
                title={t.theme[chosen]}
                aria-label={t.theme[chosen]}
                onClick={nextTheme}
            >
                <ThemeIcon theme={chosen} />
            </button>
        </header>
    );
}

export function App() {
    const { path } = usePlace();
    const page = pageOf(path);
    const main = useRef<HTMLElement>(null);
    const first = useRef(true);
    const where = path.join("/");

    useEffect(() => {
        deviceFromAddress();
        /* asks for the token, where there is one, before videos and sockets need it */
        request("/api/version").catch(() => undefined);
    }, []);

    useEffect(() => {
        document.title = t.title(page.title);
        if (first.current) {
            first.current = false;
            return;
        }
        scrollTo(0, 0);
        main.current?.focus({ preventScroll: true }); /* so that readers tell of the new page */
    }, [where, page.title]);

    return (
        <>
            <a class="skip" href="#content">
                {t.nav.skip}
            </a>
            <Header section={path[0] ?? ""} />
            <main id="content" tabIndex={-1} ref={main}>
                <page.show key={where} id={page.id} />
            </main>
            <TokenDialog />
        </>
    );
}
