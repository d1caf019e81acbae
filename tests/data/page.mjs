#!/usr/bin/env node
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of `stance serve` with real pictures and clips, as a person uses it, on a small and
 * a large screen: what it finds is what the command line finds; the video plays, and charts
 * lead through it; the browser's own camera sees who is in front of it.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import * as kit from "../page_kit.mjs";

const { check, equal, SHARED, TMP } = kit;
if (!existsSync(join(SHARED, "data"))) kit.skip("no ../shared");
const videos = join(SHARED, "data/videos");
const trees = join(SHARED, "data/yoga5/tree");
const PICTURE = join(trees, readdirSync(trees).filter((name) => name.endsWith(".jpg")).sort()[0]);
const CLIPS = ["presenter.mp4", "yoga_360.mp4"].map((name) => join(videos, name)); // for each screen one
const KINDS = ["pushup_320x240.mov", "selfie_vp8.webm", "sign_walk.mkv", "street_walk_multi_720p50.avi"];

/** All but what a file is called, and what took time. */
function bare(result) {
  const copy = structuredClone(result);
  delete copy.meta.source;
  for (const frame of copy.frames) {
    for (const one of [frame, ...(frame.people ?? [])]) delete one.inference_ms;
    delete frame.file;
  }
  return copy;
}

function mine(path) {
  kit.run(["run", path, "--people", "all", "--json", join(TMP, "mine.json"), "--offline"], true);
  return bare(kit.readJson(join(TMP, "mine.json")));
}

const give = (page, choose, ...files) => page.getByLabel(choose, { exact: true }).setInputFiles(files);
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** How much of the page moved by itself since the last call. */
async function watchShifts(page) {
  await page.addInitScript(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => window.shifts);
}

async function picture(page, expected) {
  const shifts = await watchShifts(page);
  await page.goto("/picture");
  await give(page, "Choose a picture", PICTURE);
  await page.getByText(/\d+ (person|people) found/).waitFor();
  const rows = page.locator("table tbody tr");
  equal(await rows.count(), expected.keypoint_format.length, "a row for each joint");
  const before = await page.locator("figure canvas").first().screenshot();
  await page.getByRole("button", { name: "nose" }).focus();
  await page.waitForTimeout(100);
  check(!before.equals(await page.locator("figure canvas").first().screenshot()), "a joint is shown where it is");
  const json = await kit.saved(page, () => button(page, "Save joints (JSON)").click());
  equal(bare(JSON.parse(json.bytes)), expected, "a picture: as on the command line");
  const jpeg = await kit.saved(page, () => button(page, "Save annotated picture").click());
  check(jpeg.name.endsWith(".pose.jpg") && jpeg.bytes.readUInt16BE(0) === 0xffd8, `saved: ${jpeg.name}`);
  check((await shifts()) < 0.1, `what is there stays there: ${await shifts()}`);
  await kit.isAccessible(page, "a picture");
}

/** Where the player is, once it stands still there. */
const timeOf = (page) => page.locator("video").evaluate(async (video) => {
  if (video.seeking) await new Promise((done) => video.addEventListener("seeked", done, { once: true }));
  return video.currentTime;
});

async function play(page) {
  const video = page.locator("video");
  await page.waitForFunction(() => document.querySelector("video").readyState >= 2);
  await video.evaluate((element) => { element.muted = true; return element.play(); });
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.3);
  await video.evaluate((element) => element.pause());
}

async function seek(page) {
  const chart = page.locator(".plot .u-over").first();
  await chart.scrollIntoViewIfNeeded();
  const { width, height } = await chart.boundingBox();
  const duration = await page.locator("video").evaluate((video) => video.duration);
  for (const part of [0.75, 0.25]) {
    await chart.click({ position: { x: width * part, y: height / 2 } });
    const at = await timeOf(page);
    check(Math.abs(at / duration - part) < 0.08, `a click at ${part} of a chart goes there: ${at} of ${duration} s`);
  }
}

/** The page's own drawing over the plain video. @return how much of it is not empty */
async function drawn(page) {
  await page.waitForTimeout(300);
  return page.locator("canvas.over").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 3; i < data.length; i += 4) n += data[i] > 0;
    return n;
  });
}

async function watch(page, expected) {
  await play(page);
  await seek(page);
  equal(await page.locator(".plot").count(), 4, "charts");
  await page.getByLabel("Joint").selectOption("nose");
  check(page.url().includes("joint=nose"), `what is chosen is in the address: ${page.url()}`);
  await page.getByText("Plain video", { exact: true }).click();
  await play(page);
  check((await drawn(page)) > 200, "skeletons are drawn over the plain video");
  await page.getByText("Skeletons", { exact: true }).click();
  equal(await drawn(page), 0, "and are not, if they are switched off");
  const files = {};
  for (const name of ["Joints (JSON)", "Joints as a table (CSV)", "Annotated video (MP4)"])
    files[name] = await kit.saved(page, () => page.getByRole("link", { name, exact: true }).click());
  equal(bare(JSON.parse(files["Joints (JSON)"].bytes)), expected, "a video: as on the command line");
  equal(files["Annotated video (MP4)"].bytes.toString("latin1", 4, 8), "ftyp", "the video is one");
  check(files["Joints as a table (CSV)"].bytes.length > 10000, "the table is one");
  const shots = await kit.saved(page, () => button(page, "Screenshots (ZIP)").click());
  equal(shots.bytes.toString("latin1", 0, 2), "PK", `screenshots: ${shots.name}`);
}

async function video(page, clip, expected) {
  const name = basename(clip), shifts = await watchShifts(page);
  await page.goto("/video?every-s=2");
  await give(page, "Choose videos", clip);
  await page.locator("ul.queue").waitFor();
  await page.waitForTimeout(200); // the queue's coming was a person's doing
  await page.evaluate(() => { window.shifts = 0; });
  const row = page.locator("li.done", { hasText: name });
  await row.getByText("Done", { exact: true }).waitFor({ timeout: 120000 });
  await row.getByRole("link").click();
  await page.getByRole("heading", { name }).waitFor();
  await page.locator(".plot").nth(3).waitFor();
  check((await shifts()) < 0.1, `what is there stays there when results come: ${await shifts()}`);
  await watch(page, expected);
  await kit.isAccessible(page, "a video");
  const address = page.url().replace(/[?&]show=plain/, "");
  await page.goto(address);
  await page.locator("video").waitFor();
  equal(await page.getByLabel("Joint").inputValue(), "nose", "after a reload it shows the same");
  check(await page.getByText("The plain video is not here", { exact: false }).isVisible(), "and says what is gone");
}

/** Several at once, of all kinds, one of them told to end. */
async function queue(page) {
  await page.goto("/video?every-s=0");
  await give(page, "Choose videos", ...KINDS.map((name) => join(videos, name)), join(videos, "jumping_jacks.mp4"));
  await page.getByRole("button", { name: "Cancel jumping_jacks.mp4" }).click();
  for (const name of KINDS) await page.locator("li.done", { hasText: name }).getByText("Done", { exact: true })
    .waitFor({ timeout: 180000 });
  equal(await page.locator("li.done", { hasText: "jumping_jacks" }).getByText("Done", { exact: true }).count(), 0,
    "who was told to end is not done");
  const n = await page.locator("li.done").count();
  await page.getByRole("button", { name: "Remove sign_walk.mkv and its results" }).click();
  await page.locator("li.done", { hasText: "sign_walk.mkv" }).waitFor({ state: "detached" });
  equal(await page.locator("li.done").count(), n - 1, "what was removed is gone");
}

/** @param page of a browser whose camera shows a clip of a person */
async function ownCamera(page) {
  await page.goto("/live?source=browser");
  await page.getByText("This device’s camera", { exact: true }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const people = page.locator("aside").getByText("1", { exact: true }).first();
  await people.waitFor({ timeout: 60000 });
  check(await people.isVisible(), "somebody is before the camera");
  const shot = await kit.saved(page, () => button(page, "Snapshot").click());
  check(shot.bytes.length > 5000, `a snapshot: ${shot.name}`);
  await button(page, "End").click();
}

await kit.main(async () => {
  const film = join(TMP, "film.mjpeg");
  kit.ffmpeg("-i", CLIPS[0], "-vf", "scale=640:-2", "-frames:v", 60, "-q:v", 4, film);
  const server = await kit.serve({ real: true });
  const browser = await kit.launch(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`]);
  const still = mine(PICTURE);
  for (const [viewport, colorScheme, clip] of [[kit.DESKTOP, "light", CLIPS[0]], [kit.PHONE, "dark", CLIPS[1]]]) {
    const page = await kit.visit(browser, server, { viewport, colorScheme });
    console.log(`${viewport.width} x ${viewport.height}`);
    await picture(page, still);
    await video(page, clip, mine(clip));
    if (viewport === kit.DESKTOP) await queue(page);
    await page.context().close();
  }
  const page = await kit.visit(browser, server, { permissions: ["camera"] });
  await ownCamera(page);
});
