#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--fast with the network that is built in: every frame has a row, what was filled in is
marked, and what cannot be is refused."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

LITE = "stance-lite"


def run(address, *options, name="a", **keywords):
    js = TMP / f"{name}.json"
    stance("run", address, "--model", LITE, "--json", js, *options, **keywords)
    return read_json(js)


def marked(frame):
    return frame.get("interpolated", False)


calm = "mannequin:stand?seconds=4&fps=30&seed=2"
every, fast = run(calm), run(calm, "--fast", name="fast")
invariants(fast, "fast")
equal([f["timestamp_ms"] for f in fast["frames"]], [f["timestamp_ms"] for f in every["frames"]],
      "a row for each frame")
filled = [i for i, f in enumerate(fast["frames"]) if marked(f)]
check(len(filled) > 30, f"{len(filled)} of 120 frames are filled in")
equal(fast["summary"]["interpolated"], len(filled), "counted")
equal(sum(map(marked, every["frames"])), 0, "none is without --fast")
equal([i for i in (0, len(fast["frames"]) - 1) if marked(fast["frames"][i])], [],
      "the first and the last are looked at")
for i in filled:
    check(len(fast["frames"][i]["keypoints"]) == 17 and fast["frames"][i]["id"] == 1,
          f"frame {i}: somebody with an identity")
for options in (["--threads", 1], ["--infer-threads", 3], ["--queue", 1]):
    run(calm, "--fast", *options, name="other")
    check((TMP / "other.json").read_bytes() == (TMP / "fast.json").read_bytes(),
          f"{options}: other bytes")

# Clips shorter than a span, and an end within one
for n in (1, 2, 3, 17, 30):
    js = run(calm, "--fast", "--max-frames", n)
    equal((len(js["frames"]), marked(js["frames"][-1])), (n, False), f"{n} frames")

# Somebody comes and goes; nobody is filled in beside frames in which somebody was seen to be.
inout = run("mannequin:enter-leave?seconds=6&fps=15&seed=2", "--fast")
invariants(inout, "enter-leave")
equal(len(inout["frames"]), 90, "enter-leave: frames")

# A cut: what is on its two sides is not mixed.
parts = []
for scene, camera in (("stand", "front"), ("sit", "side")):
    parts.append(TMP / f"{scene}.mp4")
    stance("mannequin", scene, "--seconds", "2", "--fps", "30", "--seed", "1", "--camera", camera,
           "-o", parts[-1])
both = TMP / "both.mp4"
ffmpeg("-i", parts[0], "-i", parts[1], "-filter_complex", "concat=n=2:v=1", both)
cut = run(both, "--fast")
equal(len(cut["frames"]), 120, "a cut: frames")
equal([marked(cut["frames"][i]) for i in (59, 60)], [False, False], "on both sides of a cut")

# The same with video; sound and all travel in order.
stance("run", both, "--model", LITE, "--fast", "-o", TMP / "o.mp4", "--json", TMP / "o.json")
equal((TMP / "o.json").read_bytes(), (TMP / "a.json").read_bytes(), "with a video beside it")
equal(video_facts(TMP / "o.mp4")["frames"], 120, "its frames")

# What cannot be
for options, words in ((["--people", "all"], "one person"), (["--live", "yes"], "live")):
    done = stance("run", calm if "all" in options else both, "--model", LITE, "--fast", *options,
                  "--json", TMP / "no.json", status=1)
    check(words in done.stderr and "--fast" in done.stderr, f"{options}: {done.stderr}")
    check(not (TMP / "no.json").exists(), f"{options}: nothing is written")
photo = TMP / "photo.png"
ffmpeg("-i", both, "-frames:v", 1, photo)
equal(marked(run(photo, "--fast")["frames"][0]), False, "a picture is looked at")
finish()
