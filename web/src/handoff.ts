/* SPDX-License-Identifier: Apache-2.0 */
/* A file that was dropped on one page and belongs to another. */
let held: File[] = [];

export function handOver(files: File[]): void {
    held = files;
}

export function takeOver(): File[] {
    const files = held;
    held = [];
    return files;
}
