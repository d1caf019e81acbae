#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every network that is here, with what the main job can do: clips and pictures, annotated
video, regions, every second frame, one thread or several, recordings.

    every_network.py [NETWORK...]
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

need_shared()
STREET = SHARED / "data/videos/street_walk_multi_720p50.avi"
PORTRAIT = SHARED / "data/videos/squats_portrait_5fps.mp4"
PHOTO = sorted((SHARED / "data/coco_kpt/images").iterdir())[0]
JS = TMP / "a.json"


def run(network, *args, out=JS):
    done = stance("run", *args, "--model", network, "--json", out)
    if done.returncode:
        return {"frames": [], "summary": dict.fromkeys(
            ["frames_in", "frames_out", "dropped", "skipped", "lost"], 0), "meta": {}}
    result = read_json(out)
    invariants(result, f"{network} {args[0]}")
    return result


def people(frame):
    """Of either form: lists of keypoints and a score."""
    if "people" in frame:
        return [(p["keypoints"], p["score"]) for p in frame["people"]]
    return [(frame["keypoints"], frame["pose_score"])] if frame["keypoints"] else []


def check_frames(network, result, frames):
    equal(len(result["frames"]), frames, f"{network}: frames")
    names = result.get("keypoint_format")
    for frame in result["frames"]:
        for points, score in people(frame):
            check(0 <= score <= 1, f"{network}: score {score}")
            equal([p["name"] for p in points], names, f"{network}: names")
            for p in points:
                given = p["x"] is not None
                check(given == (p["y"] is not None) and (given or p["score"] == 0)
                      and 0 <= p["score"] <= 1, f"{network}: {p}")


listed = json.loads(stance("models", "list", "--json").stdout)
here = [m for m in listed if m["state"] == "here" and m["name"] in (sys.argv[1:] or [
    m["name"] for m in listed])]
check(len(here) >= len(sys.argv[1:] or [1]), "networks are here")
if SANITIZED:  # one of each family
    here = list({m["decoder"]: m for m in here}.values())
for m in here:
    name = m["name"]
    video = TMP / f"{name}.mp4"
    first = run(name, STREET, "--max-frames", 6, "-o", video)
    check_frames(name, first, 6)
    equal(first["meta"].get("skeleton"), m["skeleton"], f"{name}: skeleton")
    equal(first["meta"].get("mode"), "multi" if m["people"] == "several" else "single",
          f"{name}: mode")
    facts = video_facts(video)
    equal((facts["frames"], facts["width"], facts["height"]), (6, 1280, 720), f"{name}: video")
    run(name, STREET, "--max-frames", 6, "--threads", 1, out=TMP / "b.json")
    equal(JS.read_bytes(), (TMP / "b.json").read_bytes(), f"{name}: --threads 1")

    # Only a part of an upright picture, and not every frame.
    part = run(name, PORTRAIT, "--region", "0,0,300,400", "--every", 2, "--max-frames", 3,
               "--min-score", 0)
    check_frames(name, part, 3)
    check(part["summary"]["skipped"] >= 2, f"{name}: --every 2")
    still = run(name, PHOTO, "-o", TMP / "a.png", "--background", "black", "--overlay",
                "skeleton,points,text,scores")
    check_frames(name, still, 1)
    check((TMP / "a.png").stat().st_size > 1000, f"{name}: annotated picture")

    # What was recorded is decoded to the same; where a detector is needed there are two
    # networks, and a recording is that of one.
    if not m.get("detector"):
        tensors = TMP / "a.tensors"
        run(name, STREET, "--max-frames", 3, "--record", tensors)
        run(name, STREET, "--max-frames", 3, "--engine", "replay", "--replay", tensors,
            out=TMP / "b.json")
        equal(JS.read_bytes(), (TMP / "b.json").read_bytes(), f"{name}: replay")
        tensors.unlink()
    coco = TMP / "coco.json"
    if not m["boxes"]:
        stance("run", PHOTO, "--model", name, "--json", coco, "--format", "coco")
        check(all(len(row["keypoints"]) == 51 for row in read_json(coco)), f"{name}: coco")
finish()
