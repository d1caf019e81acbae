/* SPDX-License-Identifier: Apache-2.0 */
/* How to look: whom, with which network, on what. It stands in the address. */
import { useEffect, useState } from "preact/hooks";
import { getJson, type Model, type Models, type Options } from "../api/client";
import { device, devices } from "../device";
import { changeQuery, usePlace } from "../router";
import { createStore, useStore } from "../store";
import { t } from "../texts";
import { Segments, Select } from "./choices";

const models = createStore<Model[]>([]);

/* Also after one was fetched. */
export async function learnModels(): Promise<void> {
    models.set((await getJson<Models>("/api/models")).models);
}

export function useModels(): Model[] {
    useEffect(() => {
        learnModels().catch(() => undefined); /* without a list the best one is still there */
    }, []);
    return useStore(models);
}

export function usableModels(all: Model[]): Model[] {
    return all.filter((model) => model.state === "present" && model.finds !== "boxes");
}

/* As the server takes them. */
export function useLook(): Options {
    const { query } = usePlace();
    const chosen = useStore(device);
    return {
        people: query.get("people") ?? "all",
        model: query.get("model") ?? "",
        device: query.get("device-name") ?? chosen,
        analyse: query.get("analyse") ?? "",
    };
}

function modelOptions(all: Model[], chosen: string) {
    const usable = usableModels(all);
    const options = usable.map((model) => ({
        value: model.name,
        text: `${model.name} – ${model.finds === "several" ? t.options.several : t.options.single}`,
    }));
    if (chosen && !usable.some((model) => model.name === chosen))
        options.push({ value: chosen, text: chosen });
    return [{ value: "", text: t.options.best }, ...options];
}

function deviceOptions(chosen: string) {
    const all = devices.includes(chosen) || !chosen ? devices : [...devices, chosen];
    return [
        { value: "", text: t.options.deviceUsual },
        ...all.map((name) => ({ value: name, text: name })),
    ];
}

export function LookFields({ look, onChange }: { look: Options; onChange: (look: Options) => void }) {
    const all = useModels();
    return (
        <div class="fields">
            <Segments
                label={t.options.people}
                value={look.people}
                options={[
                    { value: "all", text: t.options.all },
                    { value: "one", text: t.options.one },
                ]}
                onChange={(people) => onChange({ ...look, people })}
            />
            <Select
                label={t.options.model}
                value={look.model}
                options={modelOptions(all, look.model)}
                onChange={(model) => onChange({ ...look, model })}
            />
            <Select
                label={t.options.device}
                value={look.device}
                options={deviceOptions(look.device)}
                onChange={(name) => onChange({ ...look, device: name })}
            />
        </div>
    );
}

export function rememberLook(look: Options): void {
    device.set(look.device);
    changeQuery({
        people: look.people === "all" ? "" : look.people,
        model: look.model,
        "device-name": look.device,
    });
}

/* Folded: most people need none of it. */
export function LookChooser({ children }: { children?: preact.ComponentChildren }) {
    const look = useLook();
    const [open, setOpen] = useState(false);
    return (
        <details class="look" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{t.options.title}</summary>
            <LookFields look={look} onChange={rememberLook} />
            {children}
        </details>
    );
}
