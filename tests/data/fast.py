#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--fast on real clips: like every frame looked at, and with fewer looks where all is calm."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "bench"))
from kit import *  # noqa: E402,F403
import fast  # noqa: E402

need_shared()
VIDEOS = SHARED / "data/videos"
# and the largest share of frames that may be looked at: 1 where people move a lot
for name, most in (("yoga_360.mp4", 0.6), ("sign_walk.mkv", 0.75), ("selfie_vp8.webm", 0.6),
                   ("pushup_320x240.mov", 1), ("squats_portrait_5fps.mp4", 1))[:2 if SANITIZED else 5]:
    found = fast.compare(STANCE, VIDEOS / name, "movenet-lightning-int8")
    print(f"{name}: mean OKS {found['oks']:.3f}, {found['looked_at']:.0%} looked at")
    check(found["oks"] >= 0.95, f"{name}: mean OKS {found['oks']:.3f}, expected 0.95")
    check(found["looked_at"] <= most, f"{name}: {found['looked_at']:.0%} looked at")

clip = VIDEOS / "sign_walk.mkv"
for options in ([], ["--threads", 1], ["--infer-threads", 1], ["--infer-streams", 1],
                ["--infer-streams", 5], ["--queue", 1]):
    stance("run", clip, "--model", "movenet-lightning-int8", "--fast", "--json", TMP / "a.json", *options)
    if not options:
        (TMP / "a.json").rename(TMP / "first.json")
    else:
        check((TMP / "a.json").read_bytes() == (TMP / "first.json").read_bytes(),
              f"{options}: other bytes")
finish()
