#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who is who: no worse than supervision's ByteTrack at its defaults from the same boxes, on
TUD-Campus and on drawn scenes, and fast. bench/track.py measures the same at length."""

import concurrent.futures
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

sys.path.insert(0, str(ROOT / "bench"))
import track  # noqa: E402

need_shared()
TOOL = pathlib.Path(os.environ.get("STANCE_BUILD", ROOT / "build/release")) / "tests/track_file"
BYTE, OTHER = "stance byte", "supervision ByteTrack"


def no_lower(found, other, what):
    for figure in ("IDF1", "HOTA"):
        check(found[figure] >= other[figure],
              f"{what}: {figure} expected at least {other[figure]:.1f}, found {found[figure]:.1f}")


clip = track.tud_campus(SHARED)
found = track.compare(TOOL, clip, short=True)
no_lower(found[BYTE], found[OTHER], clip.name)
check(found[BYTE]["IDF1"] > 65, f"TUD-Campus: IDF1 {found[BYTE]['IDF1']:.1f}")

# The mannequin is slow under the sanitizers: they see a part.
scenes = track.SCENES[:1] if SANITIZED else track.SCENES
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    list(pool.map(lambda scene: track.draw(STANCE, *scene, 1), sorted({s[:2] for s in scenes})))
clips = list(track.drawn(STANCE, 1, scenes))
rows = []
for clip in clips:
    found = track.compare(TOOL, clip, short=True)
    rows.append((clip.name, len(clip.found), found))
    print(clip.name, {t: [round(f, 1) for f in v.values()] for t, v in found.items()})
    if clip.name.startswith(("cross", "crowd")):
        no_lower(found[BYTE], found[OTHER], clip.name)
        no_lower(found["stance byte with points"], found[OTHER], f"{clip.name}, with points")
mean = track.mean_of(rows)
no_lower(mean[BYTE], mean[OTHER], "all drawn scenes")
if not SANITIZED:
    check(sum(r[1] for r in rows) >= 2000, "frames of drawn scenes")
    crowd = next(c for c in clips if c.name == "crowd, 20 people")
    _, fps = track.by_stance(TOOL, crowd, repeat=10)
    check(fps >= 20000, f"frames a second with 20 people: expected 20000, found {fps:.0f}")

# The same ids every time.
a, b = (track.by_stance(TOOL, clips[0], points=True)[0] for _ in range(2))
check(all((x[0] == y[0]).all() for x, y in zip(a, b)), "ids differ from run to run")

finish()
