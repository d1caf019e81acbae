#!/usr/bin/env node
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of `stance serve` with drawn people, as a person uses it: the first visit, what is
 * live, events, and all that goes wrong; by keyboard, in both colours, on small screens.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as kit from "../page_kit.mjs";

const { check, equal, TMP } = kit;
const VIEWS = ["/", "/picture", "/video", "/live", "/events", "/models", "/help"];
const CLIP = join(TMP, "squats.mp4");
const SQUATS = join(TMP, "squatting.mp4");
const STILL = join(TMP, "still.png");
const EVENTS = join(TMP, "events.db");
const give = (page, choose, ...files) => page.getByLabel(choose, { exact: true }).setInputFiles(files);
const button = (page, name) => page.getByRole("button", { name, exact: true });

// ---- what is asked of every page ----

async function looks(browser, server) {
  for (const [viewport, colorScheme] of [[kit.DESKTOP, "light"], [kit.DESKTOP, "dark"], [kit.PHONE, "light"], [kit.PHONE, "dark"]]) {
    const page = await kit.visit(browser, server, { viewport, colorScheme });
    for (const view of VIEWS) {
      const what = `${view}, ${viewport.width} pixels, ${colorScheme}`;
      await page.goto(view);
      await page.locator("h1").waitFor();
      await page.waitForTimeout(500); // what it asks the server for is there
      const first = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      check(first < 1000, `${what}: first seen after ${first} ms`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(wide <= 0, `${what}: ${wide} pixels too wide`);
      await kit.isAccessible(page, what);
    }
    await page.context().close();
  }
}

/** Without a mouse: the first Tab skips the navigation, and links lead on. */
async function keyboard(browser, server) {
  const page = await kit.visit(browser, server);
  await page.goto("/");
  await page.keyboard.press("Tab");
  equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content", "the first Tab");
  await page.getByRole("link", { name: "Models", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Models" }).waitFor();
  equal(new URL(page.url()).pathname, "/models", "the address");
  await page.goBack();
  await page.getByRole("heading", { name: /See how/ }).waitFor();
  const nothing = await page.goto("/nothing-here");
  equal(nothing.status(), 404, "an address that is none");
  await page.goto("/video/none");
  await page.getByText("This video is not on the server", { exact: false }).waitFor();
  await page.context().close();
}

// ---- live ----

const framesOf = (page) => page.locator("canvas").first().evaluate((canvas) => canvas.toDataURL().length);

async function live(browser, server) {
  const page = await kit.visit(browser, server);
  await page.goto("/?device-name=CPU");
  await page.getByRole("button", { name: "Try it with a drawn person" }).click();
  await page.locator("p.state.running").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("aside table tbody tr, aside ol li, aside ul li").length > 0);
  const before = await framesOf(page);
  await page.waitForFunction((n) => document.querySelector("canvas").toDataURL().length !== n, before);
  const shot = await kit.saved(page, () => button(page, "Snapshot").click());
  check(shot.bytes.length > 2000, `a snapshot: ${shot.name}`);
  await button(page, "Record").click();
  await page.waitForTimeout(1500);
  const film = await kit.saved(page, () => button(page, "Stop and save").click());
  check(film.bytes.length > 2000, `a recording: ${film.name}, ${film.bytes.length} bytes`);
  await button(page, "Pause").click();
  await page.locator("p.state.paused").waitFor();
  await button(page, "Go on").click();
  await page.locator("p.state.running").waitFor();
  await page.reload();
  await page.locator("p.state.running").waitFor();
  await page.getByText("Camera", { exact: true }).click();
  await page.getByText("--allow-source", { exact: false }).first().waitFor();
  const [stream] = (await (await page.request.get("/api/streams")).json()).streams;
  equal(stream.options.device, "CPU", "the device of the address");
  await kit.isAccessible(page, "live");
  await button(page, "End").click();
  await page.getByText("Nothing is being looked at.").waitFor();
  await page.getByText("Clip on the server", { exact: true }).click();
  await page.getByLabel("File", { exact: true }).fill("squats.mp4");
  await button(page, "Start").click();
  await page.locator("p.state.running").waitFor();
  check(new URL(page.url()).pathname.startsWith("/live/"), `its address: ${page.url()}`);
  await button(page, "End").click();
  await page.getByText("Stream address", { exact: true }).click();
  await page.getByLabel("Address", { exact: true }).fill("rtsp://127.0.0.1/live");
  await button(page, "Start").click();
  await page.getByRole("alert").waitFor();
  await page.context().close();
}

// ---- what people do ----

/** A job that is asked for it shows what it counted, in charts, in bands and as a list that leads there. */
async function doneByPeople(browser, server) {
  for (const [viewport, colorScheme] of [[kit.DESKTOP, "light"], [kit.PHONE, "dark"]]) {
    const page = await kit.visit(browser, server, { viewport, colorScheme });
    await page.goto("/video?every-s=0");
    const group = page.getByRole("group", { name: "What people do" });
    for (const name of ["Angles", "Repetitions", "Falls", "Activity", "Gait"]) await group.getByText(name, { exact: true }).click();
    await group.getByText("Gait", { exact: true }).click(); // and off again
    equal(new URL(page.url()).searchParams.get("analyse"), "angles,reps,fall,activity", "what is chosen is in the address");
    await give(page, "Choose videos", SQUATS);
    const row = page.locator("li.done", { hasText: "squatting.mp4" }).first();
    await row.getByText("Done", { exact: true }).waitFor({ timeout: 60000 });
    await row.getByRole("link").click();
    const doing = page.getByRole("region", { name: "What people do" });
    await doing.waitFor();
    const counted = Number(await doing.locator(".numbers.large dd").first().textContent());
    check(counted >= 2, `squats are counted: ${counted}`);
    await page.locator(".plot").nth(6).waitFor();
    equal(await page.locator(".plot").count(), 7, "charts: counts, an angle, its speed, and those of each video");
    const bands = await doing.locator(".bands [role=img]").evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
    check(bands.some((text) => /^Activity .*standing/.test(text)) && bands.some((text) => /^Falls .*up/.test(text)), `bands: ${bands}`);
    equal(await page.locator(".timeline .bands").first().locator("span").count(), counted, "repetitions on the time of the video");
    await happenedLeadsThere(page, counted);
    await measureIsChosen(page);
    await kit.isAccessible(page, `what people do, ${colorScheme}`);
    const events = await kit.saved(page, () => page.getByRole("link", { name: "Events (JSON)", exact: true }).click());
    const report = await kit.saved(page, () => page.getByRole("link", { name: "Report (HTML)", exact: true }).click());
    check(/^<!doctype html>/i.test(report.bytes.toString()), `a report: ${report.name}`);
    equal(JSON.parse(events.bytes).events.filter((event) => event.kind === "rep").length, counted, "the events file");
    await page.context().close();
  }
}

const timeOf = (page) => page.locator("video").evaluate(async (video) => {
  if (video.seeking) await new Promise((done) => video.addEventListener("seeked", done, { once: true }));
  return video.currentTime;
});

async function happenedLeadsThere(page, counted) {
  await page.waitForFunction(() => document.querySelector("video").readyState >= 2);
  const list = page.getByRole("region", { name: "What happened" }).last();
  equal(await list.getByText(/^Squat \d+$/).count(), counted, "repetitions are listed");
  check(await list.getByText(/^depth \d/).first().isVisible(), "how far they went");
  const second = list.getByRole("button", { name: /: Squat 2$/ });
  await second.click();
  const at = await timeOf(page);
  check(at > 2 && at < 6, `a click on the second squat goes there: ${at} s`);
  const lane = page.locator(".timeline [role=img]").first();
  const { width, height } = await lane.boundingBox();
  await lane.click({ position: { x: width * 0.25, y: height / 2 } });
  const duration = await page.locator("video").evaluate((video) => video.duration);
  const quarter = (await timeOf(page)) / duration;
  check(Math.abs(quarter - 0.25) < 0.05, `a click on the time line goes there: ${quarter}`);
}

async function measureIsChosen(page) {
  const choose = page.getByLabel(/^Measure/);
  equal(await choose.inputValue(), "angles.knee", "the first measure");
  await choose.selectOption("angles.hip");
  await page.getByRole("img", { name: /^Hip over the time of the video, from / }).waitFor();
  check(page.url().includes("measure=angles.hip"), `it is in the address: ${page.url()}`);
}

/** The server has to have heard of it before the page is closed. */
async function end(page) {
  await button(page, "End").click();
  await page.getByText("Nothing is being looked at.").waitFor();
}

/** Beside a live picture a count goes up; a fall is told of loudly. */
async function doingNow(browser, server) {
  for (const [viewport, colorScheme] of [[kit.DESKTOP, "dark"], [kit.PHONE, "light"]]) {
    const page = await kit.visit(browser, server, { viewport, colorScheme });
    await page.goto("/live?scene=squats&count=1&analyse=angles,reps,posture,fall");
    await button(page, "Start").click();
    await page.locator("p.state.running").waitFor();
    const count = page.locator(".count strong");
    await count.waitFor();
    const first = Number(await count.textContent());
    await page.waitForFunction((n) => Number(document.querySelector(".count strong")?.textContent) > n, first);
    check(await page.locator(".figures-now").getByText(/°/).first().isVisible(), "angles beside the picture");
    equal(await page.locator(".alarm").count(), 0, "nobody has fallen");
    await kit.isAccessible(page, `what they do now, ${colorScheme}`);
    await end(page);
    const reply = await page.request.post("/api/streams?people=all&analyse=fall,activity&source=mannequin:fall");
    await page.goto(`/live/${(await reply.json()).id}`);
    await page.getByRole("alert").getByText("Person 1 has fallen and stays down").waitFor();
    await kit.isAccessible(page, `a fall, ${colorScheme}`);
    await end(page);
    await page.context().close();
  }
}

/** A picture is told of as well, with what needs no before and after. */
async function pictureMeasured(browser, server) {
  const page = await kit.visit(browser, server);
  await page.goto("/picture");
  await page.getByRole("group", { name: "What people do" }).getByText("Angles", { exact: true }).click();
  await give(page, "Choose a picture", STILL);
  const measured = page.getByRole("region", { name: "What people do" });
  await measured.getByRole("rowheader", { name: "Knee", exact: true }).waitFor();
  check(/\d°/.test(await measured.locator("tr", { hasText: "Knee" }).first().textContent()), "the angle of a knee");
  await kit.isAccessible(page, "a picture that is measured");
  await page.context().close();
}

/** Sampled: what a page that shows a live source holds does not grow. */
async function holds(browser, server) {
  const page = await kit.visit(browser, server);
  const session = await page.context().newCDPSession(page);
  await page.goto("/");
  await page.getByRole("button", { name: "Try it with a drawn person" }).click();
  await page.locator("p.state.running").waitFor();
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find((m) => m.name === "JSHeapUsedSize").value / 1e6;
  };
  await session.send("Performance.enable");
  await page.waitForTimeout(3000);
  const first = await heap();
  await page.waitForTimeout(12000);
  const last = await heap();
  console.log(`live: ${first.toFixed(2)} MB, 12 s later ${last.toFixed(2)} MB`);
  check(last < first + 1, `memory: ${first} to ${last} MB`);
  await button(page, "End").click();
  await page.context().close();
}

// ---- events ----

async function events(browser, server) {
  const page = await kit.visit(browser, server);
  await page.goto("/events");
  await page.locator("table.events tbody tr").first().waitFor();
  const rows = () => page.locator("table.events tbody tr").count();
  equal(await rows(), 50, "a page of events");
  await button(page, "Older").click();
  await page.waitForFunction(() => location.search.includes("after="));
  await button(page, "Newest").waitFor();
  check((await rows()) > 0, "older ones");
  await page.reload();
  await button(page, "Newest").click();
  await page.getByText("Left", { exact: true }).first().click();
  await page.waitForFunction(() => [...document.querySelectorAll("table.events tbody tr")]
    .every((row) => row.cells[0].textContent === "Left"));
  check(page.url().includes("kind=exit"), `the filter is in the address: ${page.url()}`);
  const link = (name) => page.getByRole("link", { name, exact: true });
  const csv = await kit.saved(page, () => link("CSV").click());
  const lines = csv.bytes.toString().trim().split("\r\n");
  check(csv.name === "events.csv" && lines.length > 2, `exported: ${csv.name}, ${lines.length} lines`);
  const json = await kit.saved(page, () => link("JSON lines").click());
  const kinds = json.bytes.toString().trim().split("\n").map((line) => JSON.parse(line).kind);
  check(kinds.includes("exit") && !kinds.includes("enter"), `what the filter lets through: ${[...new Set(kinds)]}`);
  await page.goto("/events");
  await page.locator("table.events tbody tr").first().waitFor();
  kit.run(["run", "mannequin:enter-leave?seconds=6&fps=15&seed=77", "--model", "truth", "--events", EVENTS, "--quiet"]);
  await page.getByText(/\d+ new events?/).waitFor();
  await page.context().close();
}

// ---- what goes wrong ----

/** Files come by the clipboard and by dropping as well, anywhere on the page. */
async function given(browser, server) {
  const page = await kit.visit(browser, server);
  const bytes = [...readFileSync(STILL)];
  for (const kind of ["paste", "drop"]) {
    await page.goto("/");
    await page.getByText("Drop a picture or video here").waitFor();
    await page.evaluate(([kind, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], "given.png", { type: "image/png" }));
      const event = kind === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
        : new DragEvent("drop", { dataTransfer: data, bubbles: true });
      document.body.dispatchEvent(event);
    }, [kind, bytes]);
    await page.getByText(/1 person found/).waitFor();
    equal(new URL(page.url()).pathname, "/picture", `a picture by ${kind}`);
  }
  await page.context().close();
}

async function wrong(browser, server) {
  const page = await kit.visit(browser, server);
  const text = join(TMP, "notes.txt"), fake = join(TMP, "fake.mp4"), large = join(TMP, "large.mp4");
  writeFileSync(text, "no picture\n");
  writeFileSync(fake, "no video either\n".repeat(1000));
  writeFileSync(large, Buffer.alloc(4e6, 1));
  await page.goto("/picture");
  await give(page, "Choose a picture", text);
  await page.getByText("notes.txt is not of a kind", { exact: false }).waitFor();
  await page.goto("/video");
  await give(page, "Choose videos", fake, large);
  await page.getByText(/at most 3000000 bytes/).waitFor();
  await page.locator("li", { hasText: "fake.mp4" }).getByText(/expected|cannot|Failed|no video/).first().waitFor();
  await kit.isAccessible(page, "errors");
  await page.context().close();
}

async function goneAndBack(browser, server, again) {
  const page = await kit.visit(browser, server);
  await page.goto("/video");
  await page.getByRole("heading", { name: "Videos on this server" }).waitFor();
  await server.end();
  await page.getByText(/server.*(reach|answer)/i).first().waitFor();
  const back = await again();
  await give(page, "Choose videos", CLIP);
  await page.getByText("Done", { exact: true }).first().waitFor({ timeout: 60000 });
  await page.context().close();
  return back;
}

async function token(browser) {
  const path = join(TMP, "token");
  writeFileSync(path, "sixteen letters or more\n");
  const server = await kit.serve({ data: join(TMP, "guarded"), args: ["--token-file", path] });
  const page = await kit.visit(browser, server);
  await page.goto("/video");
  const field = page.getByLabel("Token", { exact: true });
  await field.fill("a wrong one of that length");
  await field.press("Enter");
  await page.getByRole("dialog").getByRole("alert").waitFor();
  await field.fill("sixteen letters or more");
  await field.press("Enter");
  await page.getByText("No video has been looked at yet.").waitFor();
  await page.reload();
  await page.getByText("No video has been looked at yet.").waitFor();
  await page.context().close();
}

await kit.main(async () => {
  kit.run(["mannequin", "squats", "--seconds", "2", "--size", "320x240", "-o", CLIP]);
  for (let seed = 1; seed <= 12; seed++)
    kit.run(["run", `mannequin:enter-leave?seconds=10&fps=10&seed=${seed}&people=3`, "--model", "truth", "--events", EVENTS, "--quiet"]);
  kit.run(["mannequin", "squats", "--seconds", "9", "--size", "480x360", "-o", SQUATS]);
  kit.ffmpeg("-i", CLIP, "-frames:v", 1, STILL);
  const options = { args: ["--events", EVENTS, "--max-upload", "3", "--inputs", TMP] };
  let server = await kit.serve(options);
  const browser = await kit.launch();
  const step = async (name, what) => {
    await what(browser, server);
    console.log(`${name}: done`);
  };
  await step("looks", looks);
  await step("keyboard", keyboard);
  await step("live", live);
  await step("what people did", doneByPeople);
  await step("what people do", doingNow);
  await step("a picture, measured", pictureMeasured);
  await step("memory", holds);
  await step("events", events);
  await step("given", given);
  await step("errors", wrong);
  await step("gone and back", async () => {
    server = await goneAndBack(browser, server, () => kit.serve({ ...options, port: server.port }));
  });
  await step("token", token);
});
