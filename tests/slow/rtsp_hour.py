#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An hour of a camera that speaks RTSP, ten frames a second, in two minutes: it sends thirty times
as fast as its own clock says, which is more than the machine may be able to look at. Frames are then
left out; but from when a frame was sent to when its joints are read may not take longer in the end
than at the beginning, nor may memory grow.

    STANCE_TEST_MINUTES=10 tests/run ... for less
"""

import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import SANITIZED, TMP, check, ffmpeg, finish, stance  # noqa: E402
from rtsp_kit import Camera  # noqa: E402
from serve_kit import Server, children, open_feed, reach, rows, stream  # noqa: E402

MINUTES = float(os.environ.get("STANCE_TEST_MINUTES", 60))
RATE = 30 if not SANITIZED else 2
TICKS = 1 << 32


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def delays_ms(seen, sent):
    """seen: (timestamp_ms, when it was read). The first frame's own time on the camera's clock is not
    told: it is the latest with which none is read before it was sent."""
    at_first = [ts for ts, when in sent.items() if when <= seen[0][1]]
    for first in sorted(at_first, key=sent.get, reverse=True):
        found = [(when - sent.get((first + round(ms * 90)) % TICKS, float("inf"))) * 1000 for ms, when in seen]
        if min(found) >= 0:
            return found
    return []


clip = TMP / "minute.mp4"
stance("mannequin", "walk", "--seconds", 60, "--fps", 10, "--size", "320x240", "--seed", 1, "-o", TMP / "a.mp4")
ffmpeg("-i", TMP / "a.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "20", clip)
server = Server("--allow-source", "rtsp://127.0.0.1:*/live")
camera = Camera(clip, TMP, rate=RATE)
remote = stream(server, camera.url, people="one", model="stance-lite")
reach(server, remote["id"], "running")
conn, feed = open_feed(server, f"/api/streams/{remote['id']}/joints")
child = children(server, "run")[0][0]
seen, memory = [], []
while not seen or seen[-1][0] - seen[0][0] < MINUTES * 60000:
    row = rows(feed, 1)[0]
    seen.append((row["timestamp_ms"], time.monotonic()))
    if len(seen) % 1000 == 1:
        memory.append((resident_mb(server.child.pid), resident_mb(child)))
facts = server.json("GET", f"/api/streams/{remote['id']}")
conn.close()
took = seen[-1][1] - seen[0][1]
found = delays_ms(seen, camera.sent)
check(found, "each row is of a frame that was sent")
tenth = max(1, len(found) // 10)
first, last = statistics.median(found[:tenth]), statistics.median(found[-tenth:])
print(f"{(seen[-1][0] - seen[0][0]) / 60000:.0f} minutes of the camera's clock in {took:.0f} s; {facts['frames']} "
      f"frames looked at, {facts['dropped']} left out, {facts['gaps']} gaps; from sent to read {first:.1f} ms in "
      f"the first tenth, {last:.1f} in the last, {max(found):.0f} at most; server {memory[0][0]} to "
      f"{memory[-1][0]} MB, its child {memory[min(1, len(memory) - 1)][1]} to {memory[-1][1]} MB")
check(last < first + 20, f"the delay has grown from {first:.1f} to {last:.1f} ms")
check(max(found) < 2000, f"a delay of {max(found):.0f} ms")
check(facts["gaps"] == 0, "the source was never lost")
check(took < 1.2 * MINUTES * 60 / RATE, f"it kept up with the camera: {took:.0f} s")
check(memory[-1][0] < memory[0][0] + 20, f"the server's memory: {memory}")
check(memory[-1][1] < memory[min(1, len(memory) - 1)][1] + 20, f"its child's memory: {memory}")
finish()
