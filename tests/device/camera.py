#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A camera: a v4l2 loopback device that ffmpeg plays a clip into. Skipped where the kernel
has none."""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
names = pathlib.Path("/sys/class/video4linux")
loopback = [
    p.name for p in (names.iterdir() if names.is_dir() else [])
    if "loopback" in (p / "name").read_text().lower() or "dummy" in (p / "name").read_text().lower()
]
if not loopback or not os.access(f"/dev/{loopback[0]}", os.W_OK):
    skip("no v4l2 loopback device (/dev/video*): load the kernel module v4l2loopback")
device = f"/dev/{loopback[0]}"
sender = subprocess.Popen(
    ["ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i",
     str(SHARED / "data/videos/jumping_jacks.mp4"), "-pix_fmt", "yuv420p", "-f", "v4l2", device],
    stdin=subprocess.DEVNULL,
)
time.sleep(2)
try:
    for name in (device, f"camera:{device.removeprefix('/dev/video')}"):
        js = TMP / "camera.json"
        stance("run", name, "--json", js, "--max-frames", 30, timeout=60)
        found = read_json(js)
        invariants(found, name)
        equal(len(found["frames"]), 30, f"{name}: frames")
finally:
    sender.kill()
    sender.wait()
finish()
