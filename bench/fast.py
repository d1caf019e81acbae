#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What --fast costs in likeness and gains in time, clip by clip.

    bench/fast.py [--stance PROGRAM] [--model NAME] [--runs N] [--rough] [--json FILE] [CLIP...]

Each clip runs with and without --fast, in turns, and the other one is first in each next round.
The likeness is the mean object keypoint similarity (OKS) of all frames to those of the run that
looks at every one: COCO's constants, points with a score of 0.2 and more, and an area of 0.53
times the box of these points, about what a body fills of it. A frame in which only one of the two
sees somebody counts as 0; one in which neither does does not count. Times are from the first
frame to the end. With --rough the same of --decode rough.
"""

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import tempfile

from bench_kit import SHARED, STANCE, run_stance, use_shared_models
from drawn import SIGMAS

SURE = 0.2
# One half was used to choose how much is allowed, the other was not.
CHOSEN_WITH = ["jumping_jacks.mp4", "one_by_one_person.mp4", "presenter.mp4", "pushup_320x240.mov",
               "selfie_vp8.webm", "sports2d_walk_vp9.mp4", "vtest_small.avi"]
OTHERS = ["balance_beam_multi_cam03.mp4", "balance_beam_single_cam01.mp4", "sign_walk.mkv",
          "squats_portrait_5fps.mp4", "store_aisle_preview.gif", "street_walk_multi_720p50.avi",
          "yoga_360.mp4"]
CALM = ["selfie_vp8.webm", "sign_walk.mkv", "yoga_360.mp4"]


def oks(truth, found):
    """Of lists of 17 keypoints as in stance's JSON; None: no point is sure."""
    sure = [(k, t, f) for k, (t, f) in enumerate(zip(truth, found)) if t["score"] >= SURE]
    if not sure:
        return None
    xs, ys = [t["x"] for _, t, _ in sure], [t["y"] for _, t, _ in sure]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    area = max(1, 0.53 * width * height, 0.15 * max(width, height) ** 2)
    total = 0
    for k, t, f in sure:
        if f["x"] is not None:
            d2 = (t["x"] - f["x"]) ** 2 + (t["y"] - f["y"]) ** 2
            total += math.exp(-d2 / (2 * area * (2 * SIGMAS[k]) ** 2))
    return total / len(sure)


def likeness(every, fast):
    """Mean OKS of two results in the single form, and the share of frames looked at."""
    assert [f["timestamp_ms"] for f in every["frames"]] == \
        [f["timestamp_ms"] for f in fast["frames"]], "frames are missing"
    values = []
    for a, b in zip(every["frames"], fast["frames"]):
        if a["keypoints"] and b["keypoints"]:
            values.append(oks(a["keypoints"], b["keypoints"]))
        elif a["keypoints"] or b["keypoints"]:
            values.append(0)
    values = [v for v in values if v is not None]
    looked = sum(not f.get("interpolated", False) for f in fast["frames"])
    return (statistics.mean(values) if values else 1.0), looked / len(fast["frames"])


def run(stance, clip, model, options=()):
    """What was found, and the milliseconds that it took."""
    with tempfile.TemporaryDirectory() as folder:
        stats, _ = run_stance(stance, folder, clip, "--people", "one", *(["--model", model] if model else []),
                              *options)
        return json.loads((pathlib.Path(folder) / "a.json").read_text()), stats["wall_ms"]


def compare(stance, clip, model=None, runs=1, options=("--fast",)):
    """{oks, looked_at, speed_up} of a clip with options, to those without."""
    gains, found = [], {}
    for turn in range(runs):
        for with_options in (False, True) if turn % 2 == 0 else (True, False):
            found[with_options] = run(stance, clip, model, options if with_options else ())
        (every, every_ms), (fast, fast_ms) = found[False], found[True]
        gains.append(every_ms / fast_ms)
    mean, looked = likeness(every, fast)
    return {"frames": len(every["frames"]), "oks": mean, "looked_at": looked,
            "speed_up": statistics.median(gains)}


def ten_times(clip, folder, width=None, codec="libx264"):
    """A clip ten times in a row; as it is, or larger and encoded anew."""
    name = pathlib.Path(folder) / (f"{clip.stem}_{width}_{codec}.mkv" if width else clip.name)
    parts = pathlib.Path(folder) / "parts.txt"
    parts.write_text(f"file '{clip.resolve()}'\n" * 10)
    quality = ["-crf", "20"] if codec == "libx264" else ["-q:v", "4"]
    how = ["-vf", f"scale={width}:-2", "-c:v", codec, *quality] if width else ["-c", "copy"]
    subprocess.run(["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", parts, "-an", *how, name],
                   check=True)
    return name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--model", default="movenet-lightning-int8")
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--rough", action="store_true", help="of --decode rough, not of --fast")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("clips", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    use_shared_models()
    videos = SHARED / "data/videos"
    folder = tempfile.TemporaryDirectory()
    options = ("--decode", "rough") if args.rough else ("--fast",)
    groups = {"": args.clips} if args.clips else {
        "as they are": [videos / c for c in CHOSEN_WITH + OTHERS],
        **{f"1920 pixels wide, {words}": [ten_times(videos / c, folder.name, 1920, codec) for c in CALM]
           for words, codec in (("H.264", "libx264"), ("MPEG-4", "mpeg4"), ("Motion JPEG", "mjpeg"))},
    } if args.rough else {
        "used to choose what is allowed": [videos / c for c in CHOSEN_WITH],
        "not used for that": [videos / c for c in OTHERS],
        "calm ones, ten times in a row": [ten_times(videos / c, folder.name) for c in CALM],
        "the same, 1280 pixels wide, by x264": [ten_times(videos / c, folder.name, 1280) for c in CALM],
    }
    results = {}
    print("| clip | frames | speed-up | mean OKS | looked at |\n|---|---|---|---|---|")
    for group, clips in groups.items():
        if group:
            print(f"| *{group}* | | | | |")
        results[group] = {}  # the same name is in several
        for clip in clips:
            r = results[group][clip.name] = compare(args.stance, clip, args.model, args.runs, options)
            print(f"| {clip.name} | {r['frames']} | {r['speed_up']:.2f} x | {r['oks']:.3f} | "
                  f"{r['looked_at']:.0%} |", flush=True)
    if not args.rough:
        print("\nWhere 100% were looked at nothing was filled in, so the ratio there is not from looks left out: "
              "below 1 it\nis what waiting at the end of each span costs; the rest, also above 1, is other work on "
              "the machine.")
    if args.json:
        args.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
