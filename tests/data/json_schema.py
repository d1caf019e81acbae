#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real output against `stance schema`, by an independent validator; and what a schema
cannot say: order, sums, and that the same command gives the same bytes."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

try:
    import jsonschema
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

need_shared()
schema = json.loads(stance("schema").stdout)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
VIDEOS = SHARED / "data/videos"
CLIP = VIDEOS / "squats_portrait_5fps.mp4"


def valid(result, what):
    errors = [e.message[:200] for e in validator.iter_errors(result)]
    equal(errors[:3], [], f"{what}: errors")
    invariants(result, what)
    return result


def run(what, *args, status=0):
    js = TMP / "out.json"
    stance("run", *args, "--json", js, status=status, what=what)
    return valid(read_json(js), what)


result = run("a clip", CLIP)
meta = result["meta"]
equal(list(result), ["schema", "meta", "keypoint_format", "frames", "summary"], "members")
equal((meta["width"], meta["height"], meta["fps"]), (720, 1280, 5), "size and rate")
equal((meta["frame_count"], meta["duration_ms"]), (65, 13000), "length")
equal(len(result["keypoint_format"]), 17, "points")
for f in result["frames"]:
    equal([k["name"] for k in f["keypoints"]], result["keypoint_format"], "names of points")
    check(0 <= f["pose_score"] <= 1, "pose_score")
check((TMP / "out.json").read_bytes()[:2] == b"{\n", "readable")

pipe = stance("run", CLIP, "--json", "-")
piped = valid(json.loads(pipe.stdout), "a pipe")
equal(piped["meta"]["frame_count"], None, "a pipe: frame_count")
equal(piped["frames"], result["frames"], "a pipe: frames")
equal(piped["summary"], result["summary"], "a pipe: summary")

one = (TMP / "out.json").read_bytes()
for options in (["--threads", 1], ["--threads", 4], ["--queue", 1], ["--infer-threads", 1],
                ["--infer-streams", 1], ["--infer-streams", 3]):
    run(f"{options}", CLIP, *options)
    check((TMP / "out.json").read_bytes() == one, f"{options}: other bytes")

# Several processes that start at once without a compiled network, and one after them
fresh = {**os.environ, "XDG_CACHE_HOME": str(TMP / "cache")}
together = [
    subprocess.Popen([STANCE, "run", "-q", CLIP, "--json", TMP / f"{i}.json"], env=fresh)
    for i in range(3)
]
for i, child in enumerate(together):
    equal(child.wait(timeout=300), 0, f"process {i} of several")
    check((TMP / f"{i}.json").read_bytes() == one, f"process {i} of several: other bytes")
kept = sorted(p.name for p in (TMP / "cache").rglob("*") if p.is_file())
equal({pathlib.Path(n).suffix for n in kept}, {".blob"}, "the compiled network's files")
stance("run", "-q", CLIP, "--json", TMP / "3.json", env=fresh)
check((TMP / "3.json").read_bytes() == one, "with the compiled network: other bytes")
blob = next((TMP / "cache").rglob("*.blob"))
blob.write_bytes(blob.read_bytes()[:100000])
stance("run", "-q", CLIP, "--json", TMP / "3.json", env=fresh)
check((TMP / "3.json").read_bytes() == one, "with a damaged one: other bytes")

pictures = sorted((SHARED / "data/coco_kpt/images").glob("*.jpg"))[:5]
result = run("pictures", *pictures)
equal([f["file"] for f in result["frames"]], [str(p) for p in pictures], "pictures: files")
equal(result["meta"]["fps"], None, "pictures: fps")
result = run("one picture", pictures[0])
equal(len(result["frames"]), 1, "one picture")
result = run("a sequence", *pictures, "--sequence", 10)
equal([f["timestamp_ms"] for f in result["frames"]], [0, 100, 200, 300, 400], "a sequence")

grey = TMP / "grey.mp4"
ffmpeg("-f", "lavfi", "-i", "color=gray:size=320x240:duration=0.4", grey)
result = run("nobody", grey)
for f in result["frames"]:
    equal((f["pose_score"], f["keypoints"]), (None, []), "nobody")

result = run("multi form", CLIP, "--people", 1, "--max-frames", 10)
equal(result["meta"]["mode"], "multi", "multi form")
for f in result["frames"]:
    check(len(f["people"]) <= 1 and "keypoints" not in f, "multi form: people")
equal(result["summary"]["frames_out"], 10, "--max-frames")

result = run("every", CLIP, "--every", 3)
equal([f["frame_index"] for f in result["frames"]], list(range(0, 65, 3)), "--every: frames")
equal(result["summary"]["skipped"], 65 - 22, "--every: skipped")
result = run("a part", CLIP, "--start", 2, "--end", "0:05")
equal([f["frame_index"] for f in result["frames"]], list(range(10, 25)), "--start, --end")
equal(result["summary"]["frames_in"], 15, "--start, --end: frames_in")
result = run("a region", CLIP, "--region", "0,0,360,640")
for f in result["frames"]:
    for k in f["keypoints"]:
        if k["score"] > 0.5:
            check(k["x"] < 400 and k["y"] < 700, f"a region: {k}")

odd = TMP / 'we"ird\\ näme\n%d.mp4'
odd.write_bytes(CLIP.read_bytes())
result = run("an odd name", odd, "--max-frames", 2)
equal(result["meta"]["source"], str(odd), "an odd name")
finish()
