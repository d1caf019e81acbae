#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Time and peak memory of stance against frames, pixels, people and cores.

    bench/scaling.py [--stance PROGRAM] [--frames N]

Clips are made of one of ../shared/data/videos, repeated and scaled; people are drawn ones,
with their truth in place of a network, so that tracking and output alone are counted. Prints a
table each; a line should be straight where time is, and flat where memory is.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("STANCE_SHARED", ROOT / "../shared"))
CLIP = SHARED / "data/videos/sign_walk.mkv"  # 89 frames of 640 x 480
SIZES = ["320x240", "640x480", "1280x720", "1920x1080"]


def ffmpeg(*args):
    subprocess.run(["ffmpeg", "-y", "-nostdin", "-v", "error", *map(str, args)], check=True)


def run(args, folder, source, *options, cores=None):
    """Seconds after the start, frames, megabytes."""
    stats = folder / "stats.json"
    command = [args.stance, "run", str(source), "--quiet", "--json", folder / "o.json",
               "--stats-json", stats, *options]
    if cores:
        command = ["taskset", "-c", ",".join(map(str, cores)), *command]
    child = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{source}: exit {child.returncode}")
    found = json.loads(stats.read_text())
    return found["wall_ms"] / 1000, found["frames"], usage.ru_maxrss / 1024


def row(what, seconds, frames, megabytes):
    print(f"| {what} | {frames} | {seconds:.2f} s | {1000 * seconds / frames:.2f} ms | "
          f"{megabytes:.0f} MB |", flush=True)


def head(what):
    print(f"\n| {what} | frames | after the start | a frame | peak memory |\n|---|---|---|---|---|")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stance", default=str(ROOT / "build/release/stance"))
    parser.add_argument("--frames", type=int, default=10000, help="of the longest clip")
    args = parser.parse_args()
    os.environ.setdefault("STANCE_MODEL_PATH", str(SHARED / "models"))
    network = ["--model", "movenet-lightning-int8"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        small = folder / "small.mp4"
        ffmpeg("-stream_loop", args.frames // 89 + 1, "-i", CLIP, "-vf", "scale=320:240", "-preset",
               "ultrafast", "-an", small)
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
        head("people, drawn, without a network")
        for people in (0, 1, 2, 5, 10, 20, 32):
            scene = f"mannequin:crowd?people={people}&seconds=8&fps=15&size=320x240" if people else \
                "mannequin:stand?people=1&seconds=8&fps=15&size=320x240"
            options = ["--model", "truth"] + ([] if people else ["--zone", "x=0,0 1,0 1,1", "--outside", "drop"])
            row(people, *run(args, folder, scene, *options))


main()
