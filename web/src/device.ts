/* SPDX-License-Identifier: Apache-2.0 */
/* `device-name` in the address says what networks run on, from the first page on. */
import { createStore } from "./store";

export const devices = ["CPU", "GPU", "NPU", "AUTO"];

/* Empty: as the server is set. */
export const device = createStore("");

export function deviceFromAddress(): void {
    const given = new URLSearchParams(location.search).get("device-name");
    if (given) device.set(given);
}
