#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people do, told of drawn people by their true joints: repetitions, falls, postures,
angles, in JSON, CSV and as events; and what cannot be is refused."""

import csv
import itertools
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

EXERCISES = {"squats": "squat", "jacks": "jumping-jack", "pushups": "push-up", "situps": "sit-up",
             "lunges": "lunge", "curls": "curl"}
NAMES = {"angles", "ratios", "reps", "posture", "fall", "gait", "activity"}


def run(address, analyse, *options, name="a"):
    """@return the joints' JSON, the events, the true events"""
    files = [TMP / f"{name}.{kind}.json" for kind in ("joints", "events", "truth")]
    stance("run", f"mannequin:{address}&size=320x240", "--model", "truth", "--analyse", analyse, "--json", files[0],
           "--events-json", files[1], "--truth", files[2], *options)
    joints, events, truth = map(read_json, files)
    return joints, events["events"], truth["events"]


def of_kind(events, kind):
    return [e for e in events if e["kind"] == kind]


def analysis_of(frame):
    return frame["people"][0]["analysis"]


def repetitions():
    """As many as there are, none of another exercise, each in its time."""
    for (scene, label), (camera, speed) in itertools.product(
            EXERCISES.items(), (("front", 1), ("oblique", 1.7), ("high", 0.6))):
        what = f"{scene}, {camera}, {speed}"
        joints, events, true = run(f"{scene}?camera={camera}&speed={speed}&seconds=10&seed=3", "reps")
        found, true = of_kind(events, "rep"), of_kind(true, "rep")
        last = max(e["end_ms"] for e in true)
        # The clip's last movement is not finished, but may already be far enough.
        found = [e for e in found if e["turn_ms"] <= last]
        equal([e["label"] for e in found], [label] * len(true), what)
        for f, t in zip(found, true):
            check(t["start_ms"] <= f["turn_ms"] <= t["end_ms"], f"{what}: turn {f['turn_ms']} not in {t}")
            close(f["turn_ms"], t["turn_ms"], 250 / speed, f"{what}: turn")
            check(f["start_ms"] < f["turn_ms"] < f["end_ms"] and math.isfinite(f["depth"]), f"{what}: {f}")
        counts = [analysis_of(f)["reps"] for f in joints["frames"]]
        totals = [c[label] for c in counts]
        check(totals == sorted(totals) and totals[0] == 0, f"{what}: counts go down or begin above 0")
        ends = [round(e["end_ms"]) for e in of_kind(events, "rep") if e["label"] == label]
        equal(totals[-1], len(ends), f"{what}: the last count")
        # A count goes up in the frame in which its event ends.
        ups = [f["timestamp_ms"] for f, a, b in zip(joints["frames"][1:], totals, totals[1:]) if b > a]
        equal([round(t) for t in ups], ends, f"{what}: goes up when it ends")
    _, events, _ = run("squats?seconds=6", "reps", "--exercise", "lunge,curl")
    equal(of_kind(events, "rep"), [], "squats where only others are counted")
    joints, _, _ = run("squats?seconds=1", "reps", "--exercise", "curl")
    equal([m["name"] for m in joints["meta"]["measures"]
           if m["name"] in EXERCISES.values()], ["curl"], "measures of --exercise curl")
    _, events, true = run("squats?people=3&seconds=8&seed=2", "reps")
    for person in (1, 2, 3):
        last = max(e["end_ms"] for e in true if e["id"] == person)
        counted = [e for e in of_kind(events, "rep") if e["id"] == person and e["turn_ms"] <= last]
        equal([e["label"] for e in counted], ["squat"] * len([e for e in of_kind(true, "rep") if e["id"] == person]),
              f"one of three: person {person}")


def falls():
    for camera, seed in itertools.product(("front", "side", "oblique", "high"), (1, 2, 4)):
        what = f"fall, {camera}, seed {seed}"
        joints, events, true = run(f"fall?camera={camera}&seconds=8&seed={seed}", "fall")
        fall, told = of_kind(true, "fall")[0], of_kind(events, "fall")
        equal([e["label"] for e in told], ["suspected", "confirmed"], what)
        for e in told:
            close(e["start_ms"], fall["start_ms"], 600, f"{what}: onset")
        if told:
            close(told[0]["end_ms"], fall["end_ms"], 700, f"{what}: suspected when it ends")
            close(told[-1]["end_ms"] - told[0]["end_ms"], 1000, 400, f"{what}: confirmed a second later")
        equal(analysis_of(joints["frames"][0])["fall"]["state"], "up", f"{what}: at first")
        equal(analysis_of(joints["frames"][-1])["fall"]["state"], "confirmed", f"{what}: in the end")
    late = run("fall?seconds=8&seed=1", "fall", "--fall-down-s", 3)[1]
    close(late[-1]["end_ms"] - late[-2]["end_ms"] if len(late) > 1 else None, 3000, 400, "--fall-down-s 3")
    shown = of_kind(run("fall?seconds=8&seed=2", "fall")[1], "fall")
    hidden = of_kind(run("fall?seconds=8&seed=2", "fall", "--background", "black", "-o", TMP / "hidden.mp4")[1], "fall")
    equal(hidden, shown, "with pictures switched off")
    for scene, camera in (("sit", "front"), ("lie-down", "oblique"), ("lie-down", "front"), ("tie-shoes", "front"),
                          ("tie-shoes", "side"), ("tie-shoes", "high"), ("pushups", "front"), ("situps", "oblique"), ("squats", "front"),
                          ("walk", "front"), ("jacks", "side")):
        _, events, _ = run(f"{scene}?camera={camera}&seconds=10&seed=2", "fall")
        equal(of_kind(events, "fall"), [], f"no fall: {scene}, {camera}")


def postures():
    for scene, camera in itertools.product(("plank", "plank-hips-high", "plank-hips-low"), ("front", "oblique", "high")):
        joints, events, _ = run(f"{scene}?camera={camera}&seconds=4&seed=2", "posture")
        last = analysis_of(joints["frames"][-1])["posture"]
        equal(last["posture"], scene, f"{scene}, {camera}: in the last frame")
        close(last.get("plank_held"), 4, 0.6, f"{scene}, {camera}: held")
        told = {"plank": "good", "plank-hips-high": "lower your hips", "plank-hips-low": "raise your hips"}
        equal(last["advice"], told[scene], f"{scene}, {camera}: advice")
        held = of_kind(events, "posture")
        equal([e["label"] for e in held], [scene], f"{scene}, {camera}: events")
        check(held and held[0]["end_ms"] - held[0]["start_ms"] > 3000, f"{scene}, {camera}: {held}")
    for scene, word in (("stand", "standing"), ("walk", "walking"), ("wave", "waving"), ("sit", "sitting"),
                        ("lie-down", "lying")):
        _, events, true = run(f"{scene}?seconds=12&seed=2", "activity")
        longest = max(of_kind(events, "posture"), key=lambda e: e["end_ms"] - e["start_ms"], default={"label": "nothing"})
        said = {e["label"] for e in of_kind(events, "posture")}
        check(word in said, f"{scene}: {word} is not among {said}")
        if word not in ("sitting", "lying", "waving"):
            equal(longest["label"], word, f"{scene}: most of the time")


def angles():
    """A straight joint has 0 degrees; the angle in space is that of the places in metres."""
    files = [TMP / "b.json", TMP / "b.truth.json"]
    stance("run", "mannequin:squats?camera=oblique&seconds=4&size=320x240", "--model", "truth", "--analyse", "angles",
           "--angles-in", "space", "--json", files[0], "--truth", files[1])
    found, true = map(read_json, files)
    for f, t in zip(found["frames"], true["frames"]):
        at = {k["name"]: k["world"] for k in t["people"][0]["keypoints"]}
        for side in ("left", "right"):
            u, v = ([b - a for a, b in zip(at[f"{side}_{x}"], at[f"{side}_{y}"])] for x, y in (("hip", "knee"), ("knee", "ankle")))
            cosine = sum(a * b for a, b in zip(u, v)) / math.hypot(*u) / math.hypot(*v)
            if not close(analysis_of(f)["angles"][f"{side}_knee"], math.degrees(math.acos(min(1, cosine))), 1,
                         f"{side} knee in frame {f['frame_index']}"):
                break
    deepest = max(analysis_of(f)["angles"]["left_knee"] for f in found["frames"])
    check(70 < deepest < 150, f"the deepest knee: {deepest}")
    measures = {(m["analysis"], m["name"]): m for m in found["meta"]["measures"]}
    equal((measures["angles", "left_knee"]["unit"], measures["angles", "left_knee_speed"]["unit"]), ("deg", "deg/s"), "units")
    equal({m["analysis"] for m in found["meta"]["measures"]}, {"angles"}, "only what was asked for")


def outputs():
    """All at once, in JSON and CSV; nothing where nothing was asked for; the same by any threads."""
    joints, _, _ = run("squats?seconds=3", "all")
    equal({m["analysis"] for m in joints["meta"]["measures"]}, NAMES, "all")
    invariants(joints, "all")
    words = {m["name"]: m["words"] for m in joints["meta"]["measures"] if "words" in m}
    for frame in joints["frames"]:
        check(analysis_of(frame)["fall"]["state"] in words["state"] + ["up", "down", "not seen"], f"a word: {frame}")
    address = "mannequin:squats?seconds=3&size=320x240"
    for name in ("table.csv", "table.json"):
        stance("run", address, "--model", "truth", "--analyse", "angles,reps", "--json", TMP / name)
    with open(TMP / "table.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    frames = read_json(TMP / "table.json")["frames"]
    equal(len(rows), len(frames), "a table's rows")
    for analysis, name in (("angles", "left_knee"), ("angles", "view"), ("reps", "squat"), ("reps", "state")):
        equal([row.get(f"{analysis}.{name}") for row in rows], [str(analysis_of(f)[analysis][name]) for f in frames],
              f"a table's {name}")
    stance("run", address, "--model", "truth", "--json", TMP / "plain.json")
    plain = read_json(TMP / "plain.json")
    check("measures" not in plain["meta"] and "analysis" not in plain["frames"][0]["people"][0], "nothing was asked for")
    for threads in (1, 3):
        stance("run", address, "--model", "truth", "--analyse", "all", "--threads", threads, "--json", TMP / f"t{threads}.json")
    equal((TMP / "t1.json").read_bytes(), (TMP / "t3.json").read_bytes(), "threads")


def refused():
    for options, part in (
            (["--analyse", "nothing"], "angles, ratios, reps"),
            (["--analyse", "angles,dance"], "dance"),
            (["--analyse", "angles", "--joint-score", 2], "joint-score"),
            (["--analyse", "angles", "--angles-in", "air"], "plane"),
            (["--analyse", "reps", "--exercise", "handstand"], "handstand"),
            (["--analyse", "reps", "--exercise", "squat,squat"], "twice"),
            (["--analyse", "fall", "--fall-speed", 0], "fall-speed"),
            (["--analyse", "fall", "--fall-down-s", -1], "fall-down-s"),
            (["--analyse", "ratios", "--height-m", 9], "height-m"),
            (["--analyse", "ratios", "--known-distance", "1,2"], "known-distance"),
            (["--analyse", "ratios", "--height-m", 1.7, "--known-distance", "1,2 3,4 5"], "both")):
        done = stance("run", "mannequin:squats?seconds=0.2", "--model", "truth", *options, "--json", TMP / "no.json", status=1)
        check(part in done.stderr, f"{options}: {done.stderr!r}")
        equal(len(done.stderr.strip().splitlines()), 1, f"{options}: lines ({done.stderr!r})")
        check(not (TMP / "no.json").exists(), f"{options}: an output was left")


for part in (repetitions, falls, postures, angles, outputs, refused):
    print(part.__name__, flush=True)
    part()
finish()
