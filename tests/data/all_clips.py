#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every clip of ../shared/data/videos runs through, and nothing of it is lost.

For each: as many frames in the JSON as ffprobe decodes, every timestamp the stream's within
1 ms, and an annotated video with the same number of frames, the same times within half a
frame, the same size, and sound where there was sound.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

LONG = 300  # frames: longer clips are left out under a sanitizer


def test(clip):
    source = video_facts(clip)
    if SANITIZED and source["frames"] > LONG:
        return
    name = clip.name
    out, js = TMP / "out.mp4", TMP / "out.json"
    stance("run", clip, "-o", out, "--json", js, what=name)
    if not js.exists() or not out.exists():
        return
    result = read_json(js)
    invariants(result, name)
    equal(len(result["frames"]), source["frames"], f"{name}: frames in the JSON")
    check(result["summary"]["complete"], f"{name}: not complete")
    times = frame_times(clip)
    if None not in times:
        wrong = [
            (f["frame_index"], f["timestamp_ms"], 1000 * (t - times[0]))
            for f, t in zip(result["frames"], times)
            if abs(f["timestamp_ms"] - 1000 * (t - times[0])) > 1
        ]
        repaired = result["summary"].get("repaired_times", 0)
        check(
            len(wrong) <= repaired,
            f"{name}: {len(wrong)} timestamps differ, {repaired} repaired: {wrong[:5]}",
        )
    test_video(name, clip, source, out)
    print(f"{name}: {source['frames']} frames, sound {source['sound']}", flush=True)


def test_video(name, clip, source, out):
    made = video_facts(out)
    equal(made["frames"], source["frames"], f"{name}: frames in the video")
    equal(made["sound"] > 0, source["sound"] > 0, f"{name}: sound")
    rotated = abs(rotation(clip)) % 180 == 90
    size = (source["width"], source["height"])
    equal(
        (made["width"], made["height"]), size[::-1] if rotated else size, f"{name}: size"
    )
    equal(rotation(out), 0, f"{name}: rotation left in the video")
    if source["times"] and made["times"]:
        frame = source["times"][-1] / max(1, source["frames"] - 1)
        close(made["times"][-1], source["times"][-1], frame, f"{name}: duration")
        worst = max(abs(a - b) for a, b in zip(made["times"], source["times"]))
        check(worst <= max(0.5 * frame, 0.002), f"{name}: a frame is {worst:.4f} s off")


def rotation(path):
    video = streams(path, "v")[0]
    for side in video.get("side_data_list", []):
        if "rotation" in side:
            return int(side["rotation"])
    return int(video.get("tags", {}).get("rotate", 0))


need_shared()
clips = sorted(p for p in (SHARED / "data/videos").iterdir() if p.suffix != ".md")
check(len(clips) > 10, "clips to test with")
for one in clips:
    test(one)
finish()
