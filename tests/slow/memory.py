#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memory is bounded by the options, not by the input's length.

A 1080p clip of 10,000 frames: JSON only within 250 MB; with video within the peak of
ffmpeg's own re-encoding with the same settings in the same run + 150 MB; and no more than
5 % above what 500 frames take.
"""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
SOURCE = SHARED / "data/videos/jumping_jacks.mp4"
PRESET = "veryfast"


def make(frames):
    path = TMP / f"{frames}.mp4"
    if not (TMP / "one.mp4").exists():
        ffmpeg("-i", SOURCE, "-frames:v", "250", "-an", "-vf",
               "scale=1920:1080:force_original_aspect_ratio=increase,crop=1920:1080",
               "-c:v", "libx264", "-preset", "veryfast", TMP / "one.mp4")
    ffmpeg("-stream_loop", str(frames // 250 - 1), "-i", TMP / "one.mp4", "-c", "copy", path)
    return path


def peak(*command):
    """Peak resident memory in MB."""
    # a child of its own, so that ru_maxrss is that command's
    program = (
        "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:]).returncode; "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(r)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, command)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=3600,
    )
    equal(done.returncode, 0, f"{command}: exit ({done.stderr[-300:]})")
    return int(done.stdout.split()[-1]) / 1024


def stance_peak(clip, *options):
    return peak(STANCE, "run", "--quiet", clip, "--json", TMP / "m.json", *options)


short, long = make(500), make(10000)
video = ["-o", TMP / "m.mp4", "--preset", PRESET]
stance_peak(short)  # so that the compiled network is kept
json_short, json_long = stance_peak(short), stance_peak(long)
video_short, video_long = stance_peak(short, *video), stance_peak(long, *video)
theirs = peak("ffmpeg", "-y", "-nostdin", "-v", "error", "-i", long, "-c:v", "libx264",
              "-preset", PRESET, TMP / "theirs.mp4")
print(f"JSON only: {json_short:.0f} MB for 500 frames, {json_long:.0f} MB for 10,000")
print(f"with video: {video_short:.0f} MB for 500 frames, {video_long:.0f} MB for 10,000")
print(f"ffmpeg re-encoding: {theirs:.0f} MB")
check(json_long <= 250, f"JSON only: {json_long:.0f} MB")
check(video_long <= theirs + 150, f"with video: {video_long:.0f} MB")
check(json_long <= 1.05 * json_short, f"grows: {json_short:.0f} to {json_long:.0f} MB")
check(video_long <= 1.05 * video_short, f"grows: {video_short:.0f} to {video_long:.0f} MB")
frames = len(read_json(TMP / "m.json")["frames"])
equal(frames, 10000, "frames")
finish()
