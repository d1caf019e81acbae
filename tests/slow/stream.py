# SPDX-License-Identifier: Apache-2.0
"""Ten hours of a stream, as fast as the program takes it: people come and go, cross, hide and are
missed now and then. Memory has to stay as it is after the first minutes, files but the events'
must not grow, and everybody has to come and go about once.

    STANCE_TEST_HOURS=1 tests/run ... for less
"""

import os
import pathlib
import random
import re
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import STANCE, TMP, check, equal, finish, stance  # noqa: E402

FPS = 30
HOURS = float(os.environ.get("STANCE_TEST_HOURS", 10))
FRAMES = int(HOURS * 3600 * FPS)
PLACES = 6
fed = {"frames": 0}


def visits():
    return sum(FRAMES // (500 + 130 * k) for k in range(PLACES))


def boxes(n, rng):
    """Who is to be seen in frame n: x, y, width, height, score."""
    for place in range(PLACES):
        period = 500 + 130 * place
        at = (n + 71 * place) % period
        if at >= period - 150 or at % 120 > 112 or rng.random() < 0.03:
            continue
        x = 1280 * at / (period - 150) * (1 if place % 2 else -1) + (0 if place % 2 else 1280)
        yield (x - 30 + rng.gauss(0, 2), 60 + 95 * place + rng.gauss(0, 2), 60 + rng.gauss(0, 2),
               170 + rng.gauss(0, 3), 0.4 + 0.5 * rng.random())


def feed(pipe):
    rng = random.Random(3)
    lines = []
    for n in range(FRAMES):
        before = len(lines)
        for x, y, w, h, score in boxes(n, rng):
            lines.append(f"{n + 1},-1,{x:.1f},{y:.1f},{w:.1f},{h:.1f},{score:.3f},-1,-1,-1\n")
        fed["frames"] += len(lines) > before  # those with nobody are not in a file of boxes
        if len(lines) > 2000:
            pipe.write("".join(lines).encode())
            lines = []
    pipe.write("".join(lines).encode())
    pipe.close()


def resident_kb(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return next((int(s.split()[1]) for s in status if s.startswith("VmRSS")), 0)


database = TMP / "events.db"
program = subprocess.Popen(
    [STANCE, "convert", "-", "--from", "mot", "--fps", str(FPS), "--size", "1280x720", "--tracker",
     "byte", "--smooth", "low", "--fill-gaps", "0.4", "--line", "door=640,0 640,720", "--to", "ndjson",
     "-o", "-", "--events", database, "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
threading.Thread(target=feed, args=(program.stdin,), daemon=True).start()
sizes, n, last_id = [], 0, 0
for line in program.stdout:
    n += 1
    if n % 20000 == 0:
        sizes.append(resident_kb(program))
        last_id = max([last_id] + [int(m) for m in re.findall(rb'"id":(\d+)', line)])
equal(program.wait(), 0, "exit status")
equal(n, fed["frames"] + 2, "lines: one a frame, a head and a summary")
settled = sizes[len(sizes) // 10:]
print(f"{HOURS:g} hours, {FRAMES} frames: resident {min(settled)} to {max(settled)} kB after the first "
      f"tenth; about {visits()} visits, last id seen {last_id}")
check(max(settled) - min(settled) < 4096, f"memory grew: {sizes[::max(1, len(sizes) // 20)]}")
check(0.9 * visits() < last_id < 1.3 * visits(), f"ids: {last_id} for about {visits()} visits")
counts = stance("events", database, "--count").stdout
print(counts)
finish()
