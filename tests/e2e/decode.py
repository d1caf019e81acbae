#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--decode rough with the network that is built in: joints lie where they lay, in pixels
of the whole picture, however large it was decoded; what is drawn is decoded exactly."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "bench"))
from fast import likeness  # noqa: E402
from kit import *  # noqa: E402,F403

LITE = "stance-lite"
ROUGH = ["--decode", "rough"]


def run(address, *options, name="a", **keywords):
    js = TMP / f"{name}.json"
    stance("run", address, "--model", LITE, "--json", js, *options, **keywords)
    return read_json(js)


drawn = TMP / "drawn.mkv"
stance("run", "mannequin:stand?seconds=1&fps=12&seed=2", "--model", LITE, "--overlay", "none", "-o", drawn)

# Codecs that can be decoded smaller, by a half and a quarter, and one that cannot (it loses
# its loop filter); sizes that a half and a quarter do not divide.
for codec, size, how in (("mjpeg", "1283x1085", ["-q:v", "3"]), ("mpeg4", "962x542", ["-q:v", "3"]),
                         ("mpeg2video", "1920x1080", ["-q:v", "3", "-r", "25"]),
                         ("libx264", "1280x720", ["-crf", "28"])):
    clip = TMP / f"{codec}.mkv"
    ffmpeg("-i", drawn, "-vf", f"scale={size.replace('x', ':')}", "-c:v", codec, *how, clip)
    exact, rough = run(clip), run(clip, *ROUGH, name="rough")
    invariants(rough, codec)
    for key in ("width", "height"):
        equal(rough["meta"][key], exact["meta"][key], f"{codec}: {key}")
    check(rough["frames"] != exact["frames"], f"{codec}: less was decoded")
    mean, _ = likeness(exact, rough)
    check(mean > 0.85, f"{codec}: mean OKS {mean:.3f} to what is decoded exactly")
    one = run(clip, *ROUGH, "--threads", 1, name="one")
    equal(one["frames"], rough["frames"], f"{codec}: the same with one thread")
    # A part of the picture, and the whole of it turned, are named in its own pixels.
    w, h = exact["meta"]["width"], exact["meta"]["height"]
    for options in (["--region", f"{w // 4},0,{w // 2},{h}"], ["--rotate", "90"], ["--fast"]):
        mean, _ = likeness(run(clip, *options), run(clip, *ROUGH, *options, name="rough"))
        check(mean > 0.8, f"{codec} {options}: mean OKS {mean:.3f}")
    # Who draws needs every pixel.
    for name, options in (("exact", []), ("drawn", ROUGH)):
        run(clip, *options, "-o", TMP / f"{name}.mp4", name=name)
    equal(read_json(TMP / "drawn.json")["frames"], read_json(TMP / "exact.json")["frames"],
          f"{codec}: drawn")

done = stance("run", drawn, "--decode", "roughly", "--json", TMP / "no.json", status=1)
check("roughly" in done.stderr and "exact" in done.stderr, done.stderr)
finish()
