/* SPDX-License-Identifier: Apache-2.0 */
import { defineConfig, type ProxyOptions } from "vite";

/* Where `stance serve` is reached while this page is worked on. */
const server = process.env.STANCE_SERVER ?? "http://127.0.0.1:8080";

/* The server refuses requests whose Host or Origin are not its own. */
const proxied: ProxyOptions = {
    target: server,
    changeOrigin: true,
    ws: true,
    configure(proxy) {
        proxy.on("proxyReq", (request) => {
            if (request.hasHeader("origin")) request.setHeader("origin", server);
        });
        proxy.on("proxyReqWs", (request) => request.setHeader("origin", server));
    },
};

const proxy = {
    "/api": proxied,
    "/video_feed": proxied,
    "/detections": proxied,
    "/healthz": proxied,
};

/* What the page needs, and nothing more; the server says the same. */
const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
].join("; ");

export default defineConfig({
    base: "/",
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
    build: {
        target: "es2022",
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        sourcemap: false,
    },
    server: { proxy, strictPort: true },
    preview: { proxy, strictPort: true, headers: { "Content-Security-Policy": policy } },
});
