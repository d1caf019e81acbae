#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Forms of poses on real clips and files: motion in three dimensions by a network,
screenshots of a variable frame rate, MOTChallenge's own files."""

import math
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from bvh_kit import *  # noqa: E402,F403
from kit import *  # noqa: E402,F403

try:
    import motmetrics
    import trc
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

need_shared()
CLIP = SHARED / "data/videos/squats_portrait_5fps.mp4"
MOT = SHARED / "data/mot"


def metres(keypoints):
    return {p["name"]: np.array([p["world"][0], -p["world"][1], -p["world"][2]])
            for p in keypoints if "world" in p}


def motion_of_a_clip():
    source = TMP / "clip.json"
    stance("run", CLIP, "--model", "blazepose-lite", "--json", source, "-q")
    document = json.loads(source.read_text())
    frames = [f["keypoints"] for f in document["frames"]]
    for target in ("clip.trc", "clip.bvh"):
        stance("convert", source, "-o", TMP / target, "-q")
    data = trc.TRCData()
    data.load(str(TMP / "clip.trc"))
    equal((data["NumFrames"], data["NumMarkers"], data["Units"]), (len(frames), 33, "m"), "trc")
    close(data["DataRate"], 5, 0.01, "trc: rate")
    for i, points in enumerate(frames):
        expected = metres(points)
        # A point that is not given would shift the columns of this reader.
        if len(expected) < 33:
            continue
        good = all(np.allclose(data[n][i], p, atol=1e-5) for n, p in expected.items())
        if not check(good, f"trc: row {i}"):
            break
    compare_bvh(TMP / "clip.bvh", [metres(f) if len(metres(f)) == 33 else None for f in frames],
                "bvh", every=1)


def screenshots():
    """The first frame of each second, whenever it comes."""
    video = TMP / "vfr.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=20:d=5",
                    "-vf", "select='lt(t,1)+gt(t,1.52)*not(mod(n,7))'", "-vsync", "vfr",
                    "-c:v", "ffv1", str(video)], check=True)
    times = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "frame=pts_time", "-of",
                            "csv=p=0", str(video)], check=True, stdout=subprocess.PIPE).stdout
    times = [float(t.strip(b",")) for t in times.split()]
    expected, due = [], -1
    for t in times:
        if t >= due:
            expected.append(f"vfr_000h00m{t - times[0]:06.3f}s.jpg")
            due = math.floor(t + 1e-9) + 1
    stance("run", video, "--screenshots", TMP / "vfr", "--every-s", "1", "--screenshot-format",
           "jpg", "--offline", "-q")
    equal(sorted(p.name for p in (TMP / "vfr").iterdir()), expected, "names of screenshots")
    check(len(set(times)) == len(times) and len(expected) >= 4, "the clip varies")


def challenge_files():
    """Boxes of det.txt and gt.txt are what motmetrics reads; labels come in order of ids."""
    files = sorted(MOT.glob("*/*/det.txt")) + sorted(MOT.glob("*/*/gt.txt")) + \
        sorted(MOT.glob("*/*/det/det.txt")) + sorted(MOT.glob("*/*/gt/gt.txt"))
    check(len(files) >= 4, f"MOTChallenge's files in {MOT}")
    for file in files:
        what = str(file.relative_to(MOT))
        out = TMP / "mot.json"
        stance("convert", file, "-o", out, "--from", "mot", "-q")
        document = json.loads(out.read_text())
        found = sorted((f["frame_index"] + 1, p["id"] or -1, *p["box"])
                       for f in document["frames"] for p in f["people"])
        numbers = [f["frame_index"] for f in document["frames"]]
        equal(numbers, sorted(set(numbers)), f"{what}: frames in order, each once")
        labels = file.name == "gt.txt"
        rows = [line.split(",") for line in file.read_text().split()]
        if labels and len(rows[0]) < 10:
            table = motmetrics.io.loadtxt(str(file), fmt="mot16", min_confidence=1)
            table = table[table.ClassId == 1]
            expected = [(*i, r.X + 1, r.Y + 1, r.Width, r.Height) for i, r in table.iterrows()]
        else: # detections share an id, which motmetrics takes for one row
            expected = [(int(r[0]), int(float(r[1])), *map(float, r[2:6])) for r in rows]
        check(len(found) == len(expected) and
              np.allclose(sorted(expected), found, atol=0.0051, rtol=0), f"{what}: boxes")
        if (file.parent.parent / "seqinfo.ini").is_file():
            equal(document["meta"]["width"] > 0 and document["meta"]["fps"] > 0, True,
                  f"{what}: size and rate of seqinfo.ini")


motion_of_a_clip()
screenshots()
challenge_files()
finish()
