/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests of the page share: a server of the test's own, and a browser that asks nobody
 * else. As in kit.py, a check goes on after a failure, and finish() ends the script.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

export const ROOT = process.env.STANCE_ROOT ?? resolve(import.meta.dirname ?? ".", "..");
export const STANCE = process.env.STANCE ?? join(ROOT, "build/release/stance");
export const SHARED = process.env.STANCE_SHARED ?? join(ROOT, "../shared");
export const TMP = mkdtempSync(join(tmpdir(), "stance-page-"));
const BUILD = process.env.STANCE_BUILD ?? join(ROOT, "build/release");
const needs = createRequire(join(ROOT, "web/package.json"));
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

/** A small and a large screen. */
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

let checks = 0;
let failures = 0;
const ends = [];

export function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}

export function check(good, message) {
  checks++;
  if (!good) {
    failures++;
    console.log(`FAILED: ${message}`);
  }
  return good;
}

export function equal(found, expected, what) {
  const short = (value) => (JSON.stringify(value) ?? "undefined").slice(0, 300);
  return check(isDeepStrictEqual(found, expected), `${what}: expected ${short(expected)}, found ${short(found)}`);
}

async function cleanUp() {
  for (const end of ends.reverse()) await end();
  rmSync(TMP, { recursive: true, force: true });
}

/** Run a test to its end, whatever happens in it. */
export async function main(test) {
  try {
    await test();
  } catch (error) {
    check(false, error.stack);
  }
  await cleanUp();
  console.log(`${checks} checks, ${failures} failed`);
  process.exit(failures || !checks ? 1 : 0);
}

// ---- stance ----

const environment = (models) => ({ ...process.env, STANCE_MODEL_PATH: models, XDG_DATA_HOME: join(TMP, "data") });

/** The real networks, or none but our own. */
export const models = (real) => (real ? join(SHARED, "models") : "");

export function run(args, real = false) {
  const done = spawnSync(STANCE, args, { env: environment(models(real)), encoding: "utf8" });
  check(done.status === 0, `stance ${args.join(" ")}: ${done.status} ${done.stderr}`);
  return done;
}

export function ffmpeg(...args) {
  const done = spawnSync("ffmpeg", ["-y", "-nostdin", "-v", "error", ...args.map(String)], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${done.stderr}`);
}

export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** `stance serve` with its page. @param options {args, real, port, data} */
export function serve({ args = [], real = false, port = 0, data = join(TMP, "serve") } = {}) {
  const child = spawn(STANCE, ["serve", "--bind", `127.0.0.1:${port}`, "--data", data, ...args], {
    env: environment(models(real)),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  const end = async (signal = "SIGTERM") => {
    child.kill(signal);
    await ended;
  };
  ends.push(end);
  let said = "";
  return new Promise((done, failed) => {
    ended.then((code) => failed(new Error(`stance serve ended with ${code}: ${said}`)));
    child.stderr.on("data", (bytes) => {
      said += bytes;
      const found = /listening at (http:\/\/[^/]+:(\d+))/.exec(said);
      if (found) done({ address: found[1], port: Number(found[2]), end });
    });
  });
}

/** Until a job is done; it may not fail. */
export async function jobEnds(server, id) {
  let job = { state: "" };
  while (!["done", "failed"].includes(job.state)) {
    await new Promise((done) => setTimeout(done, 100));
    job = await (await fetch(`${server.address}/api/jobs/${id}`)).json();
  }
  equal(job.state, "done", `job ${id}: ${job.error}`);
}

// ---- the browser ----

/** @param args of Chromium, besides those that keep it quiet and offline */
export async function launch(args = []) {
  if (!existsSync(join(BUILD, "page_files.c"))) skip("the program was built without its page");
  if (!CHROMIUM) skip("there is no Chromium");
  const browser = await needs("playwright-core").chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", ...args],
  });
  ends.push(() => browser.close());
  return browser;
}

/** A person's browser: nothing may be asked of another host, and nothing may go wrong unseen.
 * @param options of a context: viewport, colorScheme, ... */
export async function visit(browser, server, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, baseURL: server.address, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  page.on("request", (request) => {
    const address = request.url();
    check(/^(blob|data):/.test(address) || address.startsWith(server.address), `another host is asked: ${address}`);
  });
  page.on("pageerror", (error) => check(false, `in the page: ${error.stack}`));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(text))
      check(false, `the browser complains: ${text}`);
  });
  return page;
}

/** What a click has saved, read. */
export async function saved(page, click) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Nothing serious for who uses a keyboard, a screen reader or strong contrast. */
export async function isAccessible(page, what) {
  await page.evaluate(needs("axe-core").source);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  for (const v of found.violations.filter((v) => v.impact === "serious" || v.impact === "critical"))
    check(false, `${what}: ${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join(", ")}`);
  check(found.passes.length > 5, `${what}: looked at by axe`);
}
