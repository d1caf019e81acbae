/* SPDX-License-Identifier: Apache-2.0 */
/* Live sources of the server. */
import { getJson, request, withOptions, type Options, type Stream } from "./api/client";

export function openStream(source: string, options: Options): Promise<Stream> {
    return getJson<Stream>(withOptions("/api/streams", { source, ...options }), { method: "POST" });
}

export async function endStream(id: string): Promise<void> {
    await request(`/api/streams/${id}`, { method: "DELETE" });
}

export function pauseStream(id: string): Promise<Stream> {
    return getJson<Stream>(`/api/streams/${id}/pause`, { method: "POST" });
}

/* Without options it goes on with those that it had. */
export function startStream(id: string, options: Options = {}): Promise<Stream> {
    return getJson<Stream>(withOptions(`/api/streams/${id}/start`, options), { method: "POST" });
}
