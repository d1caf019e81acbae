#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""BlazePose in the whole program: beside the reference, turned, followed, lost and found."""

import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "reference")]
from kit import *  # noqa: E402,F403

try:
    import numpy as np
    from PIL import Image
    import blazepose
    import pictures
    from interpreters import by_litert
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

need_shared()
YOGA = SHARED / "data/videos/yoga_360.mp4"
PHOTOS = sorted((SHARED / "data/fashion17/images").iterdir())[:12]


def run(*args):
    js = TMP / "a.json"
    stance("run", *args, "--model", "blazepose-lite", "--json", js)
    result = read_json(js)
    invariants(result, str(args[0]))
    equal(result["meta"]["skeleton"], "blazepose33", "skeleton")
    return result


def matrix(frame, *members):
    return np.array([[p[m] for m in members] for p in frame["keypoints"]])


# ---- beside the reference, on pictures ----

find = by_litert(SHARED / "models/blazepose-detector/pose_detection.tflite")
look = by_litert(SHARED / "models/blazepose-landmark-lite/pose_landmark_lite.tflite")
off, off_world, off_z = [], [], []
for frame in run(*PHOTOS)["frames"]:
    picture = pictures.read(frame["file"])
    (middle, top, _), *_ = blazepose.detect(find, picture)
    points, world, z, _, _ = blazepose.look(look, picture, blazepose.turned_square(middle, top))
    expected = np.array([points[name] for name in blazepose.NAMES])
    equal([p["name"] for p in frame["keypoints"]], blazepose.NAMES, "names")
    height = np.ptp(expected[:, 1])
    off.extend(np.hypot(*(matrix(frame, "x", "y") - expected[:, :2]).T) / height)
    off_world.extend(np.linalg.norm(np.array([p["world"] for p in frame["keypoints"]]) - world,
                                    axis=1))
    off_z.extend(abs(matrix(frame, "z")[:, 0] - z) / height)
print(f"{len(PHOTOS)} photos: points {100 * np.median(off):.2f} % of the height off (95th "
      f"{100 * np.quantile(off, 0.95):.2f} %), world {100 * np.median(off_world):.1f} cm, depth "
      f"{100 * np.median(off_z):.1f} %")
check(np.median(off) < 0.005, "points")
check(np.quantile(off, 0.95) < 0.03, "points, 95th percentile")
check(np.median(off_world) < 0.02, "world")
check(np.median(off_z) < 0.03, "depth")

# ---- a turned picture gives the same pose, turned ----

upright = run(PHOTOS[0])["frames"][0]
whole = Image.open(PHOTOS[0]).convert("RGB")
for turn in (90, 180, 270):
    path = TMP / f"turned-{turn}.png"
    whole.rotate(turn, expand=True).save(path)
    turned = run(path)["frames"][0]
    check(len(turned["keypoints"]) == 33, f"turned by {turn}: nobody")
    if not turned["keypoints"]:
        continue
    # Pillow turns counterclockwise.
    x, y = matrix(upright, "x", "y").T
    width, height = whole.size
    places = {90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[turn]
    error = np.hypot(*(matrix(turned, "x", "y") - np.transpose(places)).T)
    check(np.median(error) < 0.02 * np.ptp(y), f"turned by {turn}: {np.median(error):.1f} px")
    a = np.array([p["world"] for p in upright["keypoints"]])
    b = np.array([p["world"] for p in turned["keypoints"]])
    c, s = np.cos(-np.radians(turn)), np.sin(-np.radians(turn))
    a[:, :2] = a[:, :2] @ np.array([[c, -s], [s, c]]).T
    check(np.median(np.linalg.norm(a - b, axis=1)) < 0.06, f"turned by {turn}: world")

# ---- followed through a clip, the detector asked once ----

followed = run(YOGA)
stance("run", YOGA, "--model", "blazepose-lite", "--json", TMP / "b.json", "--threads", 1)
equal((TMP / "a.json").read_bytes(), (TMP / "b.json").read_bytes(), "--threads 1")
equal(followed["meta"]["mode"], "single", "mode")
check(all(len(f["keypoints"]) == 33 for f in followed["frames"]), "somebody in each frame")
anew = run(YOGA, "--crop", "whole")
apart = [np.median(np.hypot(*(matrix(a, "x", "y") - matrix(b, "x", "y")).T))
         for a, b in zip(followed["frames"], anew["frames"]) if b["keypoints"]]
check(statistics.median(apart) < 0.02 * 360, f"followed and found anew: {statistics.median(apart)}")

# Somebody who is lost is looked for at once: a clip of two places, cut together.
cut = TMP / "cut.mp4"
ffmpeg("-i", YOGA, "-filter_complex",
       "[0:v]split=2[a][b];[a]trim=end_frame=10,setpts=PTS-STARTPTS,pad=720:720[c];"
       "[b]trim=end_frame=10,setpts=PTS-STARTPTS,pad=720:720:360:360[d];[c][d]concat", cut)
frames = run(cut)["frames"]
equal([len(f["keypoints"]) for f in frames[:10] + frames[11:]], [33] * 19, "found again")
check(matrix(frames[15], "x", "y").mean() > 360, "after the cut: at the other place")

# ---- several people, and those that are there but not followed ----

several = run(SHARED / "data/videos/tokyo_street_5frames.mp4", "--people", "all", "--detector",
              "yolox-nano")
equal(several["meta"]["mode"], "multi", "--people all")
check(max(len(f["people"]) for f in several["frames"]) >= 4, "several people")
done = stance("run", SHARED / "data/videos/tokyo_street_5frames.mp4", "--model", "blazepose-lite",
              "--people", "one", "--detector", "yolox-nano", "--json", TMP / "a.json")
check("followed 1 of up to" in done.stderr, f"others are told of: {done.stderr!r}")
check(read_json(TMP / "a.json")["summary"]["people_seen"] > 1, "people_seen")
finish()
