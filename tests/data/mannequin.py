#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A network that never saw drawn people finds them: MoveNet against the truth."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "bench"))
from kit import *  # noqa: E402,F403
import drawn  # noqa: E402

need_shared()
for scene in ("stand", "walk", "squats", "jacks"):
    means = []
    for seed in (11, 12, 13):
        address = f"mannequin:{scene}?seed={seed}&seconds=6&fps=15"
        stance("run", address, "--crop", "follow", "--json", TMP / "found.json", "--truth",
               TMP / "truth.json")
        mean, n = drawn.score(read_json(TMP / "found.json"), read_json(TMP / "truth.json"))
        equal(n, 90, f"{address}: frames")
        means.append(mean)
    mean = sum(means) / len(means)
    print(f"{scene}: mean OKS {mean:.3f}")
    check(mean >= 0.8, f"{scene}: mean OKS {mean:.3f}, expected at least 0.8")

# A truth that is moved by a fifth of the person must be noticed.
truth = read_json(TMP / "truth.json")
for f in truth["frames"]:
    for k in f["people"][0]["keypoints"]:
        k["x"] += f["people"][0]["box"][3] / 5
moved, _ = drawn.score(read_json(TMP / "found.json"), truth)
check(moved < 0.3, f"a truth that was moved still scores {moved:.3f}")
finish()
