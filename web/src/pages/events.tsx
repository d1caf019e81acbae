/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, and what happens: filters, a table, bars by the hour, exports. */
import { useState } from "preact/hooks";
import { withOptions, type Options, type StanceEvent } from "../api/client";
import { filterNames, filtersOf, timeOf, useHours, useNews, usePage } from "../events";
import { Select, Switch } from "../parts/choices";
import { Command } from "../parts/command";
import { HoursChart } from "../parts/hours";
import { ErrorMessage, PageHead } from "../parts/message";
import { changeQuery, usePlace } from "../router";
import { t } from "../texts";
import { EventTable } from "../parts/event_table";

/* ---- filters ---- */

/* Whatever they are, paging begins anew. */
function setFilter(name: string, value: string): void {
    changeQuery({ [name]: value, after: "" });
}

function Kinds({ chosen }: { chosen: string }) {
    const on = new Set(chosen.split(",").filter(Boolean));
    function toggle(kind: string) {
        if (on.has(kind)) on.delete(kind);
        else on.add(kind);
        setFilter("kind", [...on].join(","));
    }
    return (
        <fieldset class="chips">
            <legend>{t.events.kind}</legend>
            <div>
                {Object.entries(t.events.kinds).map(([kind, text]) => (
                    <label key={kind}>
                        <input type="checkbox" checked={on.has(kind)} onChange={() => toggle(kind)} />
                        <span>{text}</span>
                    </label>
                ))}
            </div>
        </fieldset>
    );
}

type Field = { name: string; label: string; value: string; type?: string; hint: string };

function FilterField({ name, label, value, type = "text", hint }: Field) {
    return (
        <label class="field">
            <span>{label}</span>
            <input
                type={type}
                min={type === "number" ? 1 : undefined}
                value={value}
                placeholder={hint}
                onChange={(event) => setFilter(name, event.currentTarget.value.trim())}
            />
        </label>
    );
}

function Filters({ filters }: { filters: Options }) {
    const any = filterNames.some((name) => filters[name] !== "");
    const sinces = Object.entries(t.events.sinces).map(([value, text]) => ({ value, text }));
    if (!(filters.since in t.events.sinces)) sinces.push({ value: filters.since, text: filters.since });
    return (
        <div class="filters">
            <Kinds chosen={filters.kind} />
            <div class="fields">
                <Select
                    label={t.events.since}
                    value={filters.since}
                    options={sinces}
                    onChange={(value) => setFilter("since", value)}
                />
                <FilterField
                    name="person"
                    type="number"
                    label={t.events.person}
                    value={filters.person}
                    hint={t.events.anything}
                />
                <FilterField
                    name="source"
                    label={t.events.source}
                    value={filters.source}
                    hint={t.events.sourceHint}
                />
                <FilterField
                    name="place"
                    label={t.events.place}
                    value={filters.place}
                    hint={t.events.anything}
                />
                {any && (
                    <button
                        type="button"
                        onClick={() =>
                            changeQuery(Object.fromEntries([...filterNames, "after"].map((name) => [name, ""])))
                        }
                    >
                        {t.events.clear}
                    </button>
                )}
            </div>
        </div>
    );
}

/* ---- the table ---- */

function whenOf(event: StanceEvent): string {
    const time = timeOf(event);
    const words = time ? [t.format.moment(time)] : [];
    if (!event.clock && event.start_ms !== undefined) words.push(t.events.inStream(event.start_ms / 1000));
    return words.join(", ");
}

function whatOf(event: StanceEvent): string {
    if (event.label === "at-start") return t.events.atStart;
    const words = [t.events.kinds[event.kind] ?? event.kind];
    if (event.place) words.push(event.place);
    if (event.label) words.push(event.label);
    return words.join(", ");
}

function lastedOf(event: StanceEvent): string {
    const { start_ms: start, end_ms: end, stay_ms: stay } = event;
    if (stay !== undefined) return t.format.duration(stay / 1000);
    if (start !== undefined && end !== undefined && end > start)
        return t.format.duration((end - start) / 1000);
    return t.events.nobody;
}

function Row({ event, fresh }: { event: StanceEvent; fresh: boolean }) {
    return (
        <tr class={fresh ? "fresh" : ""}>
            <td data-label={t.events.columns.what}>
                <span class={`kind ${event.kind}`}>{whatOf(event)}</span>
            </td>
            <td data-label={t.events.columns.who}>
                {event.id === null ? t.events.nobody : t.joints.person(String(event.id))}
            </td>
            <td data-label={t.events.columns.when} class="when">
                {whenOf(event)}
            </td>
            <td data-label={t.events.columns.lasted}>{lastedOf(event)}</td>
            <td data-label={t.events.columns.people}>{event.people ?? t.events.nobody}</td>
            <td data-label={t.events.columns.where} class="source">
                {event.source ?? t.events.nobody}
            </td>
        </tr>
    );
}

function Table({ news, events }: { news: StanceEvent[]; events: StanceEvent[] }) {
    const { what, who, when, lasted, people, where } = t.events.columns;
    const fresh = new Set(news.map((event) => event.event));
    const all = [...news, ...events.filter((event) => !fresh.has(event.event))];
    return (
        <EventTable label={t.events.title} heads={[what, who, when, lasted, people, where]}>
            {all.map((event) => (
                <Row key={event.event} event={event} fresh={fresh.has(event.event)} />
            ))}
        </EventTable>
    );
}

function Exports({ filters }: { filters: Options }) {
    const address = (format: string) => withOptions("/api/events", { ...filters, format });
    return (
        <p class="actions">
            <span class="quiet">{t.events.export}</span>
            <a class="button" href={address("csv")} download="">
                {t.events.exportCsv}
            </a>
            <a class="button" href={address("ndjson")} download="">
                {t.events.exportJson}
            </a>
        </p>
    );
}

function Off() {
    return (
        <>
            <PageHead title={t.events.off} lead={t.events.offLead} />
            <Command text={t.events.offCommand} />
        </>
    );
}

export function EventsPage() {
    const { query } = usePlace();
    const [round, setRound] = useState(0);
    const filters = filtersOf(query);
    const after = query.get("after") ?? "";
    const live = query.get("live") !== "no";
    const page = usePage(filters, after, round);
    const follows = live && after === "" && page.loaded && !page.error;
    const news = useNews(filters, follows);
    const hours = useHours(filters, round, follows);
    if (page.off) return <Off />;
    const none = page.loaded && !page.error && page.events.length + news.events.length === 0;
    return (
        <>
            <PageHead title={t.events.title} lead={t.events.lead} />
            <Filters filters={filters} />
            {page.error && <ErrorMessage text={page.error} again={() => setRound(round + 1)} />}
            {hours.starts.length > 0 && <HoursChart hours={hours} />}
            <div class="actions">
                <Switch
                    label={t.events.live}
                    on={live}
                    onChange={(on) => changeQuery({ live: on ? "" : "no" })}
                />
                <p class="quiet" role="status">
                    {news.stopped && t.events.stopped}
                    {!news.stopped && news.count > 0 && t.events.news(news.count)}
                </p>
            </div>
            {none ? <p>{t.events.none}</p> : <Table news={news.events} events={page.events} />}
            <p class="actions">
                {after !== "" && (
                    <button type="button" onClick={() => changeQuery({ after: "" })}>
                        {t.events.newest}
                    </button>
                )}
                {page.next !== null && (
                    <button type="button" onClick={() => changeQuery({ after: page.next! })}>
                        {t.events.older}
                    </button>
                )}
            </p>
            <Exports filters={filters} />
        </>
    );
}
