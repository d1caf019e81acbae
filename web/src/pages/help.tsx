/* SPDX-License-Identifier: Apache-2.0 */
/* The same work as a command line, to copy. */
import { useEffect, useState } from "preact/hooks";
import { getJson } from "../api/client";
import { Command } from "../parts/command";
import { PageHead } from "../parts/message";
import { t } from "../texts";

function useVersion(): string {
    const [version, setVersion] = useState("");
    useEffect(() => {
        getJson<{ version: string }>("/api/version")
            .then((reply) => setVersion(reply.version))
            .catch(() => undefined);
    }, []);
    return version;
}

export function HelpPage() {
    const version = useVersion();
    return (
        <>
            <PageHead title={t.help.title} lead={t.help.lead} />
            <div class="help">
                {t.help.groups.map((group) => (
                    <section key={group.title}>
                        <h2>{group.title}</h2>
                        {group.rows.map(([text, command]) => (
                            <div key={command} class="how">
                                <p>{text}</p>
                                <Command text={command.replaceAll("SERVER", location.origin)} />
                            </div>
                        ))}
                    </section>
                ))}
                <section>
                    <h2>{t.help.keys}</h2>
                    <dl class="keys">
                        {t.help.keyRows.map(([key, text]) => (
                            <div key={key}>
                                <dt>
                                    <kbd>{key}</kbd>
                                </dt>
                                <dd>{text}</dd>
                            </div>
                        ))}
                    </dl>
                </section>
                <p class="quiet">
                    {t.help.open} <a href="/api/openapi.json">/api/openapi.json</a>
                    {" · "}
                    <a href="/licences.txt">{t.help.licences}</a>
                    {version && ` · ${t.help.version(version)}`}
                </p>
            </div>
        </>
    );
}
