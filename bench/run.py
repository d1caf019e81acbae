#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The speed of stance, beside others, in one run on this machine.

    bench/run.py [--stance PROGRAM] [--runs N] [--clips FILE...] [--json FILE]

For each clip, in turns and several times: stance with JSON only, stance with an annotated
video, ffmpeg decoding only, ffmpeg re-encoding with the same settings, and a Python script
of the usual form (bench/peers/opencv_litert.py) with and without video. Prints medians, as
whole processes and in frames a second after the start, and the ratios that count. Other
work on the machine moves the numbers; the ratios less so.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("STANCE_SHARED", ROOT / "../shared"))
CLIPS = ["jumping_jacks.mp4", "squats_portrait_5fps.mp4", "street_walk_multi_720p50.avi"]
NETWORK = "lite-model_movenet_singlepose_lightning_tflite_int8_4.tflite"
ENCODING = ["-c:v", "libx264", "-crf", "23", "-preset", "medium"]


def timed(command, env):
    start = time.monotonic()
    done = subprocess.run([str(c) for c in command], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr.decode()}")
    return time.monotonic() - start, done


def find_network():
    for folder in os.environ.get("STANCE_MODEL_PATH", str(SHARED / "models")).split(":"):
        for path in pathlib.Path(folder).rglob(NETWORK):
            return path
    sys.exit(f"bench: {NETWORK} is neither below ../shared/models nor in STANCE_MODEL_PATH")


def contestants(stance, clip, network, folder):
    python = [sys.executable, ROOT / "bench/peers/opencv_litert.py", network, clip,
              folder / "peer.json"]
    run = [stance, "run", clip, "--quiet", "--stats-json", folder / "stats.json"]
    return {
        "stance, JSON only": run + ["--json", folder / "a.json"],
        "stance, JSON and video": run + ["--json", folder / "a.json", "-o", folder / "a.mp4",
                                         "--crf", "23", "--preset", "medium"],
        "ffmpeg, decoding only": ["ffmpeg", "-y", "-nostdin", "-v", "error", "-i", clip, "-an",
                                  "-f", "null", "-"],
        "ffmpeg, re-encoding": ["ffmpeg", "-y", "-nostdin", "-v", "error", "-i", clip,
                                *ENCODING, "-c:a", "copy", folder / "f.mp4"],
        "Python script, JSON only": python,
        "Python script, with video": python + [folder / "p.mp4"],
    }


def after_start(name, done, folder):
    """Seconds from the first frame to the end, where the contestant tells; else None."""
    if name.startswith("stance"):
        stats = json.loads((folder / "stats.json").read_text())
        return stats["wall_ms"] / 1000
    if name.startswith("Python"):
        return json.loads(done.stderr.decode().splitlines()[-1])["seconds"]
    return None


def bench_clip(stance, clip, network, folder, runs, env):
    frames = len(json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=size", "-of",
         "json", str(clip)], stdout=subprocess.PIPE, check=True).stdout)["packets"])
    whole, later = {}, {}
    all_of_them = contestants(stance, clip, network, folder)
    for turn in range(runs + 1):  # the first turn only warms the caches
        for name, command in all_of_them.items():
            seconds, done = timed(command, env)
            if turn:
                whole.setdefault(name, []).append(seconds)
                later.setdefault(name, []).append(after_start(name, done, folder))
    result = {}
    print(f"\n{clip.name}: {frames} frames, medians of {runs}")
    print(f"  {'':28} {'whole process':>14} {'after the start':>18}")
    for name in all_of_them:
        seconds = statistics.median(whole[name])
        rest = None if None in later[name] else statistics.median(later[name])
        result[name] = {"seconds": seconds, "fps": frames / seconds,
                        "fps_after_start": frames / rest if rest else None}
        tail = f"{frames / rest:10.0f} frames/s" if rest else f"{'-':>19}"
        print(f"  {name:28} {seconds:7.2f} s {frames / seconds:5.0f}/s {tail}")
    return result


def ratios(result):
    fast = result["stance, JSON only"]
    script = result["Python script, JSON only"]
    return {
        "JSON only, after the start, to the Python script":
            fast["fps_after_start"] / script["fps_after_start"],
        "JSON only, whole process, to the Python script": script["seconds"] / fast["seconds"],
        "with video, time to ffmpeg's re-encoding":
            result["stance, JSON and video"]["seconds"] / result["ffmpeg, re-encoding"]["seconds"],
    }


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--stance", default=str(ROOT / "build/release/stance"))
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--clips", nargs="*", type=pathlib.Path)
    arguments.add_argument("--json", type=pathlib.Path)
    arguments = arguments.parse_args()
    clips = arguments.clips or [SHARED / "data/videos" / c for c in CLIPS]
    if not clips[0].exists():
        sys.exit("bench: no clips: name some with --clips")
    network = find_network()
    env = {**os.environ, "STANCE_MODEL_PATH": str(network.parent)}
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for clip in clips:
            results[clip.name] = bench_clip(arguments.stance, clip, network,
                                            pathlib.Path(folder), arguments.runs, env)
            for what, ratio in ratios(results[clip.name]).items():
                results[clip.name][what] = ratio
                print(f"  {what}: {ratio:.2f} x")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


main()
