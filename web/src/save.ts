/* SPDX-License-Identifier: Apache-2.0 */
/* What the page itself made, as a file. */
export function saveBlob(blob: Blob, name: string): void {
    const address = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000); /* some browsers begin late */
}

export function saveCanvas(canvas: HTMLCanvasElement, name: string): void {
    canvas.toBlob((blob) => blob && saveBlob(blob, name), "image/jpeg", 0.92);
}

export function stemOf(name: string): string {
    return name.replace(/\.[^.]+$/, "") || "picture";
}

/* 20261130-172500: sorts, and is a file's name everywhere. */
export function stamp(): string {
    const text = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-");
    return text.slice(0, 15);
}
