#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people do in real clips, beside what a person saw in them (by_eye.json), and of drawn
people looked at by networks: repetitions, falls, planks. bench/analyse.py measures more of it."""

import collections
import concurrent.futures
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
EYE = read_json(ROOT / "tests/data/by_eye.json")
DATA = SHARED / "data"
DEFAULT, LITE = "movenet-lightning-int8", "stance-lite"
FALL_FPS = 30


def events_of(source, kind, analyse, *options, name="a"):
    js = TMP / f"{name}.json"
    stance("run", source, "--analyse", analyse, "--threads", 1, "--events-json", js, *options)
    return [e for e in read_json(js)["events"] if e["kind"] == kind]


def counts_of(source, *options, **keywords):
    return collections.Counter(e["label"] for e in events_of(source, "rep", "reps", *options, **keywords))


def each(work, tasks):
    """Two at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda numbered: work(*numbered[1], name=f"n{numbered[0]}"), enumerate(tasks)))


def repetitions():
    clips = {clip: seen for clip, seen in EYE["reps"].items() if clip != "about"}
    for (clip, seen), told in zip(clips.items(), each(counts_of, [(DATA / c, "--model", DEFAULT) for c in clips])):
        # One that was begun is neither right nor wrong.
        least, most = len(seen["turns"]) - 1, len(seen["turns"]) + 1 + len(seen.get("begun", []))
        check(least <= told[seen["exercise"]] <= most, f"{clip}: {dict(told)}, a person saw {len(seen['turns'])}")
        equal(set(told) - {seen["exercise"]}, set(), f"{clip}: others than {seen['exercise']}")
    for scene, label in (("squats", "squat"), ("jacks", "jumping-jack"), ("pushups", "push-up"), ("curls", "curl")):
        for model in (DEFAULT, LITE):
            truth = TMP / f"{scene}.truth.json"
            told = events_of(f"mannequin:{scene}?seconds=8&seed=2", "rep", "reps", "--model", model, "--truth", truth)
            true = [e for e in read_json(truth)["events"] if e["kind"] == "rep"]
            last = max(e["end_ms"] for e in true)
            equal([e["label"] for e in told if e["turn_ms"] <= last], [label] * len(true), f"{scene}, {model}")


def falls():
    for clip, seen in EYE["falls"].items():
        if clip == "about":
            continue
        onset, end = (seen[m] * 1000 / FALL_FPS for m in ("onset", "end"))
        told = events_of(DATA / clip, "fall", "fall", "--region", "320,0,320,240", "--model", DEFAULT)
        check(any(onset - 500 <= e["end_ms"] <= end + 1000 for e in told), f"{clip}: from {onset:.0f} to {end:.0f} ms; {told}")
        early = [e for e in told if e["end_ms"] < onset - 500]
        equal(early, [], f"{clip}: told before it")
    told = events_of("mannequin:fall?seconds=8&seed=2", "fall", "fall", "--model", DEFAULT)
    equal([e["label"] for e in told], ["suspected", "confirmed"], "a drawn fall, by a network")


def no_falls():
    clips = ["balance_beam_single_cam01.mp4", "jumping_jacks.mp4", "presenter.mp4", "pushup_320x240.mov", "selfie_vp8.webm",
             "sign_walk.mkv", "sports2d_walk_vp9.mp4", "squats_portrait_5fps.mp4", "yoga_360.mp4"]
    drawn = ["sit?camera=oblique", "squats?camera=front", "situps?camera=oblique", "pushups?camera=front", "jacks?camera=front"]
    sources = [DATA / "videos" / c for c in clips] + [f"mannequin:{d}&seconds=8&seed=2" for d in drawn]
    for source, told in zip(sources, each(events_of, [(s, "fall", "fall", "--model", DEFAULT) for s in sources])):
        equal(told, [], f"nobody falls: {source}")


def planks():
    """Of photos: most planks are told, right ones as right."""
    told = {}
    for photo, seen in EYE["planks"].items():
        if seen != "right":
            continue
        js = TMP / "photo.json"
        stance("run", DATA / photo, "--model", DEFAULT, "--analyse", "posture", "--json", js)
        told[photo] = read_json(js)["frames"][0].get("analysis", {}).get("posture", {}).get("posture", "none")
    words = collections.Counter(told.values())
    check(words["plank"] >= len(told) - 2, f"right planks: {told}")


for part in (repetitions, falls, no_falls, planks):
    print(part.__name__, flush=True)
    part()
finish()
