#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people do, over HTTP: jobs, pictures and live sources that are asked for analyses tell
what `stance run --analyse` tells, and what happens in a job can be taken along."""

import pathlib
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

CLIP, PICTURE, EVENTS = TMP / "squats.mp4", TMP / "squat.png", TMP / "events.db"
ALL = "angles,ratios,reps,posture,fall,gait,activity"
stance("mannequin", "squats", "--seconds", 9, "--size", "480x360", "-o", CLIP, env=ENV)
ffmpeg("-ss", 1.7, "-i", CLIP, "-frames:v", 1, PICTURE)
clip, picture = CLIP.read_bytes(), PICTURE.read_bytes()


def job(at, **options):
    begun = at.json("POST", f"/api/jobs?{urlencode(options)}", clip, status=202)
    done = at.wait(begun["id"], "done", "failed")
    equal(done["state"], "done", f"a job with {options}: {done}")
    return done


def analyses(frames):
    """Of the first person of each frame."""
    return [(frame["people"][0] if frame.get("people") else frame).get("analysis") for frame in frames]


def counts(frames):
    return [found["reps"]["squat"] for found in analyses(frames) if found and "squat" in found.get("reps", {})]


server = Server("--events", EVENTS)

# ---- which options there are ----
options = {option["name"]: option for option in server.json("GET", "/api/options")["options"]}
check(set(ALL.split(",")) <= set(options["analyse"]["choices"]), f"choices: {options['analyse']}")
check({"exercise", "joint-score", "height-m", "known-distance", "angles-in", "fall-speed", "fall-down-s"} <=
      set(options), f"options: {sorted(options)}")
server.problem(400, "POST", "/api/jobs?analyse=dance", clip, word="analyse")
server.problem(400, "POST", "/api/jobs?analyse=reps&exercise=../secret", clip, word="expected a name")
server.problem(400, "POST", "/api/jobs?analyse=reps&exercise=mine.txt", clip, word="expected a name")

# ---- a job: as on the command line ----
stance("run", CLIP, "--people", "all", "--analyse", ALL, "--json", TMP / "mine.json", "--events-json",
       TMP / "mine.events.json", env=ENV)
mine, my_events = read_json(TMP / "mine.json"), read_json(TMP / "mine.events.json")
done = job(server, people="all", analyse=ALL, name="squats.mp4")
theirs = server.json("GET", done["results"]["json"])
equal(theirs["meta"]["measures"], mine["meta"]["measures"], "which measures")
equal(analyses(theirs["frames"]), analyses(mine["frames"]), "what is measured")
count = counts(theirs["frames"])
check(count == sorted(count) and count[0] == 0 and count[-1] >= 2, f"squats are counted: {count[::30]}")
wanted = {measure["analysis"] for measure in theirs["meta"]["measures"]}
equal(wanted, set(ALL.split(",")), "analyses")

# ---- what happens in it ----
code, headers, text = server.ask("GET", done["results"]["events"])
equal((code, headers["Content-Type"]), (200, "application/json"), "events of a job")
check("squats.pose.events.json" in headers["Content-Disposition"], f"their name: {headers['Content-Disposition']}")
happened = json.loads(text)
took = ("inference_ms",)
less = lambda events: [{k: v for k, v in event.items() if k not in took} for event in events]  # noqa: E731
equal(less(happened["events"]), less(my_events["events"]), "events: as on the command line")
reps = [event for event in happened["events"] if event["kind"] == "rep"]
equal(len(reps), count[-1], "each repetition is an event")
check(all(e["label"] == "squat" and e["start_ms"] < e["turn_ms"] < e["end_ms"] and 0.3 < e["depth"] < 1.5
          for e in reps), f"repetitions: {reps}")
stored = server.json("GET", "/api/events?kind=rep")["events"]
equal([(e["start_ms"], e["turn_ms"], e["depth"]) for e in stored],
      [(e["start_ms"], e["turn_ms"], e["depth"]) for e in reps], "and in the database, with their depth")
table = server.ask("GET", "/api/events?kind=rep&format=csv")[2].decode().splitlines()
equal([float(line.split(",")[-1]) for line in table[1:]], [e["depth"] for e in reps], "and in a table")

# ---- without analyses there are none; pictures have no events ----
plain = job(server, people="all")
theirs = server.json("GET", plain["results"]["json"])
check("measures" not in theirs["meta"] and analyses(theirs["frames"])[0] is None, "nothing is measured unasked")
equal([e["kind"] for e in server.json("GET", plain["results"]["events"])["events"]], ["enter"], "who was there")
sent = server.json("POST", "/api/jobs?analyse=angles", picture, status=202)["id"]
still = server.wait(sent, "done", "failed")
check("events" not in still["results"], f"a picture: {still['results']}")
server.problem(404, "GET", f"/api/jobs/{sent}/events")

# ---- a picture ----
told = server.json("POST", "/api/pose?people=all&analyse=angles,ratios,posture", picture)
found = analyses(told["frames"])[0]
check({"angles", "ratios"} <= set(found) and max(found["angles"][f"{side}_knee"] for side in ("left", "right")) > 30,
      f"a picture of a squat: {found}")

# ---- live: counts go up ----
name = stream(server, "mannequin:squats?size=480x360", people="all", analyse="reps,activity")["id"]
reach(server, name, "running")
conn, reply = open_feed(server, f"/api/streams/{name}/joints")
until, seen = time.monotonic() + PATIENCE, []
while (not seen or seen[-1] < 1) and time.monotonic() < until:
    seen += counts(rows(reply, 1))
conn.close()
check(seen and seen[0] == 0 and seen[-1] == 1, f"live: squats are counted: {seen[:1]} to {seen[-1:]}")
server.json("DELETE", f"/api/streams/{name}", status=204)
equal(server.end(), 0, "SIGTERM")

# ---- without a database events can be taken along as well ----
server = Server()
done = job(server, people="all", analyse="reps")
kinds = [event["kind"] for event in server.json("GET", done["results"]["events"])["events"]]
equal(kinds.count("rep"), count[-1], f"without --events: {kinds}")
for options in ({}, {"analyse": "angles", "tracker": "off"}):
    check("events" not in job(server, people="all", **options)["results"], f"nobody asked for events: {options}")
server.json("DELETE", f"/api/jobs/{done['id']}", status=204)
server.problem(404, "GET", done["results"]["events"])
server.end()
finish()
