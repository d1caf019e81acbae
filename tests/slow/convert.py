#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""stance convert on 2 GB of JSON: its memory is as large at the end as at the beginning.

A million frames to each of three forms, and back from lines in no order.
"""

import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

NAMES = ("nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
         "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
         "right_ankle").split()
N = 1_000_000
MOST_KB = 120_000


def write_source(path):
    people = []
    for v in range(7):
        points = [{"name": n, "x": 100 + 11.37 * i + v, "y": 200 + 3.71 * i, "score": 0.5 + i / 40,
                   "world": [round(0.01 * i + 0.1 * v, 3), round(0.002 * i - 0.4, 3), 0.25]}
                  for i, n in enumerate(NAMES)]
        people.append(json.dumps([{"id": 1 + v % 3, "score": 0.9, "box": [1, 2, 3, 4],
                                   "keypoints": points}]))
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"schema": "stance/1", "meta": {"fps": 30, "width": 1920, "height": 1080, '
                   '"start_ms": 0, "mode": "multi"}, "keypoint_format": '
                   f'{json.dumps(NAMES)}, "frames": [\n')
        for i in range(N):
            file.write(f'{"," if i else ""}{{"frame_index": {i}, "timestamp_ms": {i * 100 / 3:.3f}, '
                       f'"people": {people[i % 7]}}}\n')
        file.write(f'], "summary": {{"frames_out": {N}, "complete": true}}}}\n')


def memory_of(*args):
    """Resident kB now and then while it runs."""
    run = subprocess.Popen([STANCE, "convert", *map(str, args), "-q"])
    samples = []
    while run.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{run.pid}/status").read_text(encoding="ascii")
            samples += [int(line.split()[1]) for line in status.split("\n") if "VmRSS" in line]
        except OSError:
            pass
        time.sleep(0.5)
    equal(run.returncode, 0, f"convert {args[0]}")
    return samples


def flat(samples, what):
    early, late = samples[min(5, len(samples) // 4)], max(samples[len(samples) // 2:])
    print(f"{what}: {len(samples) / 2:.0f} s, {early} kB early, {late} kB at most later")
    check(late < early + 2000, f"{what}: memory stays: {early} kB, then {late} kB")
    check(max(samples) < MOST_KB, f"{what}: at most {MOST_KB} kB: {max(samples)} kB")


source = TMP / "source.json"
write_source(source)
print(f"{source.stat().st_size / 1e9:.2f} GB")
for target in ("out.ndjson", "out.csv", "out.trc", "out.txt"):
    flat(memory_of(source, "-o", TMP / target), target)
lines = (TMP / "out.txt").read_text(encoding="ascii").splitlines()
random.Random(1).shuffle(lines)
(TMP / "mixed.txt").write_text("\n".join(lines), encoding="ascii")
check(max(memory_of(TMP / "mixed.txt", "--fps", "30", "-o", TMP / "sorted.txt")) < MOST_KB,
      "lines that are sorted")
equal(len((TMP / "sorted.txt").read_text(encoding="ascii").splitlines()), N, "sorted lines")
finish()
