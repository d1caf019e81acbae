#!/usr/bin/env node
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the pictures of the page that docs/web.md and README.md show: docs/images/web-*.png.
 *
 * Everybody in them is drawn by stance and looked at by its own networks, so no picture of
 * anybody is needed. Arguments choose pages: scripts/page-pictures.mjs job live
 */
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as kit from "../tests/page_kit.mjs";

const { ROOT, TMP } = kit;
const WANTED = process.argv.slice(2);
const wants = (name) => WANTED.length === 0 || WANTED.includes(name);
const IMAGES = join(ROOT, "docs/images");
const COLOURS = 256; // enough for a drawn room, and a fifth of the bytes

/* The same on every machine; with less motion the first page's figure has its arms up. */
const READER = { locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" };
const LATE_MS = 300; // some things are drawn after it is said that they are there

/* name: scene and what is shown in the list of videos, the last of them at the top */
const CLIPS = {
  "front-door": "enter-leave --fps 15",
  "morning-walk": "walk --people 2 --fps 15 --seed 3",
  "jumping-jacks": "jacks --people 2 --fps 15 --seed 5 --speed 0.8",
  squats: "squats --size 960x720 --camera oblique --seed 5",
};
/* Asked what people do; of a server of its own, and so not in the list of the others' pictures. */
const DOING = "squats --size 640x480 --seconds 12";
const ANALYSE = "angles,reps,posture,activity";
const COUNTED_MS = 6000; // until two squats are done
const LIVE = "mannequin:wave?people=2&seed=5";
const WAVING_MS = 3500; // from the beginning of that until hands are up, and rates at rest

/* Hours at which somebody came through a door, on a day long past: the page tells the time
 * of a clip by what the clip says, so that the picture is the same whenever it is made. */
const DOOR = "2026-11-20";
const HOURS = { "08": [5, 25, 50], "09": [10, 40], 11: [30], 12: [5, 20, 35, 55], 13: [15, 45], 16: [20], 17: [0, 10, 35] };

// ---- what is shown ----

function drawClips() {
  for (const [name, scene] of Object.entries(CLIPS))
    kit.run(["mannequin", ...scene.split(" "), "--seconds", "6", "-o", join(TMP, `${name}.mp4`)]);
}

/** The lowest point of a squat. */
function drawPicture() {
  const path = join(TMP, "squat.jpg");
  kit.ffmpeg("-ss", 1.7, "-i", join(TMP, "squats.mp4"), "-frames:v", 1, "-q:v", 2, path);
  return path;
}

/** The page shows videos as they were sent, and those are kept. */
const serveVideos = () => kit.serve({ args: ["--keep-inputs"], data: join(TMP, "videos") });

/** One by one, so that their order in the list is that of CLIPS. */
async function sendClips(page) {
  await page.goto("/video?every-s=2");
  for (const name of Object.keys(CLIPS)) {
    await page.getByLabel("Choose videos", { exact: true }).setInputFiles(join(TMP, `${name}.mp4`));
    await page.locator("li.done", { hasText: name }).getByText("Done", { exact: true }).waitFor({ timeout: 120000 });
  }
}

async function addressOfJob(page, name) {
  const link = page.locator("li.done", { hasText: name }).getByRole("link");
  return link.getAttribute("href");
}

/** A server of its own: what the others look at is not from that day. */
async function serveEvents() {
  const clip = join(TMP, "enter-leave.mp4");
  const database = join(TMP, "events.db");
  kit.run(["mannequin", "enter-leave", "--fps", "10", "--seconds", "8", "-o", clip]);
  const server = await kit.serve({ args: ["--events", database], data: join(TMP, "events") });
  for (const [hour, minutes] of Object.entries(HOURS)) for (const minute of minutes)
    await sendDoor(server, clip, `${DOOR}T${hour}:${String(minute).padStart(2, "0")}:00Z`);
  return server;
}

async function sendDoor(server, clip, time) {
  const dated = join(TMP, "dated.mp4");
  kit.ffmpeg("-i", clip, "-c", "copy", "-metadata", `creation_time=${time}`, dated);
  const address = `${server.address}/api/jobs?people=all&name=door.mp4`;
  const reply = await fetch(address, { method: "POST", body: readFileSync(dated) });
  await kit.jobEnds(server, (await reply.json()).id);
}

// ---- how it gets there ----

async function showPicture(page, file) {
  await page.goto("/picture");
  await page.getByLabel("Choose a picture", { exact: true }).setInputFiles(file);
  await page.getByText("1 person found").waitFor();
}

/** At the lowest point of a squat, the charts at the height of a joint that moves. */
async function showJob(page, address) {
  await page.goto(`${address}?joint=nose`);
  await page.locator(".plot").nth(3).waitFor();
  await page.locator("video").evaluate(async (video) => {
    if (video.readyState < 2) await new Promise((done) => video.addEventListener("loadeddata", done, { once: true }));
    video.currentTime = 1.7;
    await new Promise((done) => video.addEventListener("seeked", done, { once: true }));
  });
  await page.waitForTimeout(1000); // the browser's own sign of waiting is gone
}

/** Each picture has a source of its own, so that hands are up in all of them.
 * @return ends it */
async function showLive(page, server) {
  const streams = `${server.address}/api/streams`;
  const reply = await fetch(`${streams}?people=all&source=${encodeURIComponent(LIVE)}`, { method: "POST" });
  const { id } = await reply.json();
  await page.goto(`/live/${id}`);
  await page.locator("aside").getByText("2", { exact: true }).first().waitFor();
  await page.waitForTimeout(WAVING_MS);
  return () => fetch(`${streams}/${id}`, { method: "DELETE" });
}

/** A server of its own, whose list is not shown. @return address of the job */
async function serveDoing() {
  const clip = join(TMP, "counted.mp4");
  kit.run(["mannequin", ...DOING.split(" "), "-o", clip]);
  const server = await kit.serve({ args: ["--keep-inputs"], data: join(TMP, "doing") });
  const address = `${server.address}/api/jobs?people=all&analyse=${ANALYSE}&name=squats.mp4`;
  const { id } = await (await fetch(address, { method: "POST", body: readFileSync(clip) })).json();
  await kit.jobEnds(server, id);
  return [server, `/video/${id}`];
}

async function showDoing(page, address) {
  await page.goto(address);
  await page.locator(".plot").nth(6).waitFor();
  await page.locator("video").evaluate(async (video) => {
    if (video.readyState < 2) await new Promise((done) => video.addEventListener("loadeddata", done, { once: true }));
    video.currentTime = 4.6;
    await new Promise((done) => video.addEventListener("seeked", done, { once: true }));
  });
  await page.waitForTimeout(1000);
}

/** @return ends it */
async function showDoingLive(page, server) {
  const streams = `${server.address}/api/streams`;
  const reply = await fetch(`${streams}?people=all&analyse=${ANALYSE}&source=mannequin:squats`, { method: "POST" });
  const { id } = await reply.json();
  await page.goto(`/live/${id}`);
  await page.locator(".count strong").waitFor();
  await page.waitForTimeout(COUNTED_MS);
  return () => fetch(`${streams}/${id}`, { method: "DELETE" });
}

async function showEvents(page) {
  await page.goto("/events");
  await page.locator(".plot canvas").waitFor();
  await page.locator("table.events tbody tr").first().waitFor();
}

/** The port is whatever was free here; who reads the picture has the usual one. */
async function showHelp(page) {
  await page.goto("/help");
  await page.getByText(/stance \d/).waitFor();
  await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/(127\.0\.0\.1):\d+/, "$1:8080");
  });
}

async function showHome(page) {
  await page.goto("/");
  await page.locator(".hero canvas").waitFor();
}

async function showVideos(page) {
  await page.goto("/video");
  await page.locator("li.done img").nth(Object.keys(CLIPS).length - 1).waitFor();
}

async function showModels(page) {
  await page.goto("/models");
  await page.locator("table tbody tr").first().waitFor();
}

// ---- pictures ----

function shrink(path) {
  const done = spawnSync("convert", [path, "-strip", "+dither", "-colors", String(COLOURS), "-define",
    "png:compression-level=9", `PNG8:${path}`], { encoding: "utf8" });
  kit.check(done.status === 0, `convert ${path}: ${done.error ?? done.stderr}`);
}

/** @param way shows the page, and may give what has to be done afterwards @return its bytes */
async function take(browser, server, name, way, options) {
  const page = await kit.visit(browser, server, { ...READER, ...options });
  const after = await way(page);
  await page.waitForTimeout(LATE_MS);
  const path = join(IMAGES, `web-${name}.png`);
  await page.screenshot({ path });
  await page.context().close();
  await after?.();
  shrink(path);
  return statSync(path).size;
}

async function takeAll(browser, pages) {
  let bytes = 0;
  for (const [name, [server, way, phone]] of Object.entries(pages)) {
    if (!wants(name)) continue;
    for (const colorScheme of ["light", "dark"])
      bytes += await take(browser, server, `${name}-${colorScheme}`, way, { colorScheme });
    if (phone) bytes += await take(browser, server, `phone-${name}`, way, { viewport: kit.PHONE, colorScheme: "light" });
  }
  console.log(`${Math.round(bytes / 1000)} kB of pictures`);
}

await kit.main(async () => {
  const browser = await kit.launch();
  drawClips();
  const picture = drawPicture();
  const server = await serveVideos();
  const page = await kit.visit(browser, server, READER);
  await sendClips(page);
  const job = await addressOfJob(page, "squats");
  await page.context().close();
  const events = wants("events") && (await serveEvents());
  const [doing, counted] = wants("doing") || wants("doing-live") ? await serveDoing() : [];
  await takeAll(browser, {
    home: [server, showHome],
    picture: [server, (p) => showPicture(p, picture), true],
    video: [server, showVideos],
    job: [server, (p) => showJob(p, job), true],
    live: [server, (p) => showLive(p, server), true],
    doing: [doing, (p) => showDoing(p, counted), true],
    "doing-live": [doing, (p) => showDoingLive(p, doing)],
    events: [events, showEvents],
    models: [server, showModels],
    help: [server, showHelp],
  });
});
