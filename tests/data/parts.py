#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--start and --end: the frames of a part are those of the whole, with the same numbers,
times and joints, whether the start was searched for or decoded to."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
VIDEOS = SHARED / "data/videos"
CLIPS = ["presenter.mp4", "selfie_vp8.webm", "squats_portrait_5fps.mp4"]
if not SANITIZED:
    CLIPS += ["jumping_jacks.mp4", "pushup_320x240.mov", "sports2d_walk_vp9.mp4",
              "street_walk_multi_720p50.avi", "store_aisle_preview.gif", "vtest_small.avi"]


def run(clip, *options):
    js = TMP / "part.json"
    # Identities, and limbs that look exchanged since the frame before, begin with the part.
    stance("run", clip, "--json", js, "--crop", "whole", "--tracker", "off", *options,
           what=f"{clip.name} {options}")
    result = read_json(js)
    invariants(result, f"{clip.name} {options}")
    return result


def test(clip):
    whole = run(clip)
    for start, end in ((0.5, 1.1), (2.2, None), (3.3, 4.0), (7, 7.5), (500, None)):
        options = ["--start", start] + (["--end", end] if end else [])
        part = run(clip, *options)
        expected = [
            f for f in whole["frames"]
            if f["timestamp_ms"] >= 1000 * start and (not end or f["timestamp_ms"] < 1000 * end)
        ]
        what = f"{clip.name} {options}"
        equal(
            [f["frame_index"] for f in part["frames"]],
            [f["frame_index"] for f in expected],
            f"{what}: numbers",
        )
        check(part["frames"] == expected, f"{what}: other frames")
        equal(part["summary"]["frames_in"], len(expected), f"{what}: frames_in")
        equal(part["meta"]["start_ms"], whole["meta"]["start_ms"], f"{what}: start_ms")


for one in CLIPS:
    test(VIDEOS / one)
# B-frames, open groups of pictures, containers with and without an index
for name, options in (
    ("open.mkv", ["-x264opts", "open-gop=1:keyint=20:bframes=4"]),
    ("open.ts", ["-x264opts", "open-gop=1:keyint=20:bframes=4"]),
    ("closed.mp4", ["-g", "25", "-bf", "3"]),
):
    made = TMP / name
    ffmpeg("-i", VIDEOS / "presenter.mp4", "-an", "-c:v", "libx264", "-preset", "fast", *options,
           made)
    test(made)
# With sound and video out: a part of both
out = TMP / "part.mp4"
stance("run", VIDEOS / "presenter.mp4", "-o", out, "--start", 2.5, "--end", 3.5)
facts = video_facts(out)
close(facts["frames"], 30, 1, "a second of video")
length = float(probe(out, "-show_entries", "format=duration")["format"]["duration"])
close(length, 1.0, 0.06, "a second of video and sound")
finish()
