#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much steadier points get by --smooth, and what it costs in delay.

    bench/jitter.py [--stance PROGRAM] [--shared FOLDER] [--markdown] [--check] [--brief]

Rest: photos of one person each are made into clips in which nothing moves but the camera's
noise, so whatever moves in the points is the network's. The spread of a joint is the root of
the variance of its place, in x and y together; told is the part of it that is left.

Motion: people who move fast, drawn and filmed. The delay is the shift in time at which the
smoothed wrists and ankles fit the unsmoothed ones best, in frames, for the joint with the
largest one of those that move by at least a tenth of the person's height.

--check: exit status 1 where the median joint's spread is not halved by --smooth low, or a delay
reaches two frames. --brief: fewer clips.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy

from bench_kit import SHARED, STANCE, Done, use_shared_models

PHOTOS = ["train_100", "train_16", "train_24"]  # somebody whole, alone
NOISES = [5, 12]  # of ffmpeg's filter: a good camera by day, a phone in the evening
MOVES = ["mannequin:jacks?speed=1.5&seconds=8", "mannequin:jacks?speed=2.5&seconds=8",
         "mannequin:wave?speed=2&seconds=8", "jumping_jacks.mp4"]
LIMBS = [9, 10, 15, 16]  # wrists, ankles
MODES = ["low", "high", "zero-phase"]


def points(args, clip, mode, *more):
    """Smoothed and raw points, frames x 17 x 2; and the person's height."""
    command = [args.stance, "run", clip, "--json", "-", "--smooth", mode, "--raw", "--quiet",
               "--offline", *more]
    smooth, raw = [], []
    for frame in json.loads(Done(command).out)["frames"]:
        if frame["keypoints"]:
            smooth.append([[k["x"], k["y"]] for k in frame["keypoints"]])
            raw.append([k.get("raw", [k["x"], k["y"]]) for k in frame["keypoints"]])
    raw = numpy.array(raw, float)
    height = numpy.median(numpy.ptp(raw[:, :, 1], axis=1))
    return numpy.array(smooth, float), raw, height


def spread(track):
    return numpy.sqrt(track.var(axis=0).sum(axis=-1))


def delay(late, early):
    n = len(early)
    times, shifts = numpy.arange(n), numpy.arange(-1, 6, 0.05)
    errors = [numpy.mean((numpy.interp(times - s, times, early) - late)[10:-10] ** 2)
              for s in shifts]
    return shifts[int(numpy.argmin(errors))]


def still_clip(photo, noise, folder):
    clip = folder / f"{photo.stem}-{noise}.mp4"
    shape = "scale=640:480:force_original_aspect_ratio=decrease,pad=640:480:-1:-1"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-loop", "1", "-i", photo, "-t", "6", "-r",
                    "30", "-vf", f"{shape},noise=alls={noise}:allf=t,format=yuv420p", "-crf", "18",
                    clip], check=True)
    return clip


def rest(args, folder, table):
    good = True
    for name in PHOTOS[:1] if args.brief else PHOTOS:
        for noise in NOISES[:1] if args.brief else NOISES:
            clip = still_clip(args.shared / f"data/people17/images/{name}.jpg", noise, folder)
            cells, before = [], None
            for mode in MODES:
                smooth, raw, height = points(args, clip, mode)
                before = spread(raw[30:])
                part = spread(smooth[30:]) / numpy.maximum(before, 1e-3)
                cells.append(f"{numpy.median(part):.2f}, {part.max():.2f}")
                good &= mode != "low" or numpy.median(part) <= 0.5
            table.append([f"at rest: {name}, noise {noise}",
                          f"{100 * numpy.median(before) / height:.2f} %"] + cells)
    return good


def motion(args, table):
    good = True
    for clip in MOVES[1:3] if args.brief else MOVES:
        path = clip if ":" in clip else args.shared / "data/videos" / clip
        cells = []
        for mode in MODES:
            smooth, raw, height = points(args, path, mode, "--max-frames", "400")
            delays = [delay(smooth[:, k, c], raw[:, k, c]) for k in LIMBS for c in (0, 1)
                      if numpy.ptp(raw[:, k, c]) > 0.1 * height]
            cells.append(f"{max(delays):.2f} frames")
            good &= mode == "high" or max(delays) < 2
        table.append([f"in motion: {clip.replace('mannequin:', '')}", ""] + cells)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--shared", type=pathlib.Path, default=SHARED)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--brief", action="store_true")
    args = parser.parse_args()
    use_shared_models(args.shared)
    table = [["", "spread before"] + [f"`--smooth {m}`" for m in MODES]]
    with tempfile.TemporaryDirectory(prefix="stance-jitter-") as folder:
        good = rest(args, pathlib.Path(folder), table)
    good &= motion(args, table)
    for i, row in enumerate(table):
        if args.markdown:
            print("| " + " | ".join(row) + " |")
            if i == 0:
                print("|" + "---|" * len(row))
        else:
            print("  ".join(f"{cell:<38}" if n == 0 else f"{cell:<18}"
                            for n, cell in enumerate(row)))
    sys.exit(0 if good or not args.check else 1)


if __name__ == "__main__":
    main()
