#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Time and peak memory of stance against frames, pixels, people and cores.

    bench/scaling.py [--stance PROGRAM] [--frames N]

Clips are made of one of ../shared/data/videos, repeated and scaled. People are made up: outputs
of a network for several people, played back without it, so that decoding them, tracking and
writing are counted, and neither a network nor drawing. (Drawn scenes have 32 people at most.)
Prints a table each; a line should be straight where time is, and flat where memory is. With
100000 frames it takes some minutes.
"""

import argparse
import os
import pathlib
import sys
import tempfile

import numpy as np

from bench_kit import ROOT, SHARED, STANCE, Done, run_stance, use_shared_models

sys.path.insert(0, str(ROOT / "tests"))
from replay import write_blank, write_tensors  # noqa: E402

CLIP = SHARED / "data/videos/sign_walk.mkv"  # 89 frames of 640 x 480
SIZES = ["320x240", "640x480", "1280x720", "1920x1080"]
PEOPLE, PEOPLE_FRAMES, SIDE = (0, 1, 2, 5, 10, 20, 50), 300, 640


def ffmpeg(*args):
    Done(["ffmpeg", "-y", "-nostdin", "-v", "error", *args])


def run(args, folder, source, *options, cores=None):
    """Seconds after the start, frames, megabytes."""
    before = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
    stats, done = run_stance(args.stance, folder, source, *options, before=before)
    return stats["wall_ms"] / 1000, stats["frames"], done.megabytes


def made_up(n, folder):
    """A blank clip with n people in every frame, who sway beside each other: source and options."""
    in_row = 10
    k = np.arange(n)
    left, top = 8 + k % in_row * 63.0, 8 + k // in_row * 125.0
    body = np.random.default_rng(1).uniform(0.05, 0.95, (17, 2)) * (45, 100)
    records = []
    for i in range(PEOPLE_FRAMES):
        x = left + 5 * np.sin(i / 10 + k)
        boxes, points = np.full((1, n, 5), 0.9, np.float32), np.full((1, n, 17, 3), 0.9, np.float32)
        boxes[0, :, :4] = np.stack([x, top, x + 45, top + 100], 1)
        points[0, :, :, :2] = body + np.stack([x, top], 1)[:, None]
        records.append([boxes, points])
    write_tensors(folder / "tensors", [("input", "float32", (1, 3, SIDE, SIDE))],
                  [("dets", "float32", (1, -1, 5)), ("keypoints", "float32", (1, -1, 17, 3))], records)
    write_blank(folder / "blank.y4m", SIDE, SIDE, PEOPLE_FRAMES)
    return [folder / "blank.y4m", "--card", ROOT / "models/rtmo-s.json", "--engine", "replay", "--replay",
            folder / "tensors"]


def row(what, seconds, frames, megabytes):
    print(f"| {what} | {frames} | {seconds:.2f} s | {1000 * seconds / frames:.2f} ms | "
          f"{megabytes:.0f} MB |", flush=True)


def head(what):
    print(f"\n| {what} | frames | after the start | a frame | peak memory |\n|---|---|---|---|---|")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--frames", type=int, default=100000, help="of the longest clip")
    args = parser.parse_args()
    use_shared_models()
    network = ["--model", "movenet-lightning-int8"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        once, small = folder / "once.mp4", folder / "small.mp4"
        ffmpeg("-i", CLIP, "-vf", "scale=320:240", "-preset", "ultrafast", "-an", once)
        # Encoded once only: a hundred thousand frames would take longer than stance does.
        ffmpeg("-stream_loop", args.frames // 89, "-i", once, "-c", "copy", small)
        head("frames, 320 x 240")
        n = 100
        while n <= args.frames:
            row(n, *run(args, folder, small, *network, "--max-frames", n))
            n *= 10
        head("pixels")
        for size in SIZES:
            scaled = folder / "scaled.mp4"
            ffmpeg("-stream_loop", 5, "-i", CLIP, "-vf", f"scale={size.replace('x', ':')}", "-an", scaled)
            row(size, *run(args, folder, scaled, *network))
        head("cores, 640 x 480")
        long = folder / "long.mp4"
        ffmpeg("-stream_loop", 5, "-i", CLIP, "-an", long)
        cores = sorted(os.sched_getaffinity(0))
        for n in sorted({1, 2, len(cores)} & set(range(1, len(cores) + 1))):
            row(n, *run(args, folder, long, *network, cores=cores[:n]))
        head("people, made up, without a network")
        for people in PEOPLE:
            row(people, *run(args, folder, *made_up(people, folder)))


main()
