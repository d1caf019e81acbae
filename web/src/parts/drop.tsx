/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are dropped, pasted or chosen. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts";

type Given = {
    title: string;
    choose: string;
    note?: string;
    accept: string;
    multiple?: boolean;
    compact?: boolean;
    second?: boolean; /* something else on the page comes first */
    children?: ComponentChildren;
    onFiles: (files: File[]) => void;
};

const pictureEndings = /\.(jpe?g|png|webp|bmp|tiff?|gif)$/i;
const videoEndings = /\.(mp4|m4v|mov|mkv|webm|avi)$/i;

export const PICTURES =
    "image/jpeg,image/png,image/webp,image/bmp,image/tiff,.jpg,.jpeg,.png,.webp,.bmp,.tif,.tiff";
export const VIDEOS = "video/*,.mp4,.m4v,.mov,.mkv,.webm,.avi";

export function isPicture(file: File): boolean {
    return file.type.startsWith("image/") || pictureEndings.test(file.name);
}

export function isVideo(file: File): boolean {
    return file.type.startsWith("video/") || videoEndings.test(file.name);
}

/* Anywhere on the page, but not into a field. */
function usePaste(onFiles: (files: File[]) => void): void {
    const latest = useRef(onFiles);
    latest.current = onFiles;
    useEffect(() => {
        function paste(event: ClipboardEvent) {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0) return;
            event.preventDefault();
            latest.current(files);
        }
        addEventListener("paste", paste);
        return () => removeEventListener("paste", paste);
    }, []);
}

/* A file that misses its mark would be opened in place of the page. */
function useDropAnywhere(onFiles: (files: File[]) => void): boolean {
    const [over, setOver] = useState(false);
    const latest = useRef(onFiles);
    latest.current = onFiles;
    useEffect(() => {
        let depth = 0;
        const set = (by: number) => {
            depth = Math.max(0, depth + by);
            setOver(depth > 0);
        };
        const enter = (event: DragEvent) => {
            if (event.dataTransfer?.types.includes("Files")) set(1);
        };
        const leave = () => set(-1);
        const allow = (event: DragEvent) => event.preventDefault();
        const drop = (event: DragEvent) => {
            event.preventDefault();
            depth = 0;
            setOver(false);
            const files = [...(event.dataTransfer?.files ?? [])];
            if (files.length > 0) latest.current(files);
        };
        addEventListener("dragenter", enter);
        addEventListener("dragleave", leave);
        addEventListener("dragover", allow);
        addEventListener("drop", drop);
        return () => {
            removeEventListener("dragenter", enter);
            removeEventListener("dragleave", leave);
            removeEventListener("dragover", allow);
            removeEventListener("drop", drop);
        };
    }, []);
    return over;
}

export function DropZone(given: Given) {
    const input = useRef<HTMLInputElement>(null);
    const over = useDropAnywhere(given.onFiles);
    usePaste(given.onFiles);
    return (
        <div class={`drop${over ? " over" : ""}${given.compact ? " compact" : ""}`}>
            <p class="drop-title">{given.title}</p>
            <p class="drop-or">
                <button type="button" class={given.second ? "" : "primary"} onClick={() => input.current?.click()}>
                    {given.choose}
                </button>
                <span>{t.drop.paste}</span>
            </p>
            {given.note && <p class="quiet">{given.note}</p>}
            {given.children}
            <input
                ref={input}
                type="file"
                class="unseen"
                tabIndex={-1}
                aria-label={given.choose}
                accept={given.accept}
                multiple={given.multiple}
                onChange={(event) => {
                    const files = [...(event.currentTarget.files ?? [])];
                    event.currentTarget.value = ""; /* the same file may be chosen again */
                    if (files.length > 0) given.onFiles(files);
                }}
            />
        </div>
    );
}
