#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drawn people as an input of the program, without any network: clips, truth, options."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

try:
    import jsonschema
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

validator = jsonschema.Draft202012Validator(json.loads(stance("schema").stdout))
SMALL = "size=96x64&seconds=2&fps=10"


def truth_of(address, *args, **keywords):
    path = TMP / "truth.json"
    stance("run", address, "--model", "truth", "--truth", path, *args, **keywords)
    truth = read_json(path)
    equal([e.message[:200] for e in validator.iter_errors(truth)][:3], [], f"{address}: schema")
    invariants(truth, address)
    return truth


# The list, and a clip of each scene.
listed = stance("mannequin", "--list").stdout.splitlines()
scenes = [line.split()[0] for line in listed]
for name in ("stand walk squats jacks pushups situps lunges curls plank plank-hips-high plank-hips-low "
             "yoga-tree wave sit lie-down tie-shoes fall cross enter-leave crowd").split():
    check(name in scenes, f"{name} is not listed")
for scene in scenes:
    truth = truth_of(f"mannequin:{scene}?{SMALL}")
    equal(len(truth["frames"]), 20, f"{scene}: frames")
    equal(truth["meta"]["mode"], "multi", f"{scene}: mode")
    check(any(f["people"] for f in truth["frames"]), f"{scene}: nobody")

# By itself: a clip and its truth under the scene's name.
stance("mannequin", "squats", "--seconds", 2, "--size", "160x120", "--people", 2, cwd=TMP)
facts = video_facts(TMP / "squats.mp4")
truth = read_json(TMP / "squats.truth.json")
equal((facts["width"], facts["height"], facts["frames"]), (160, 120, 60), "the clip")
equal(len(truth["frames"]), 60, "its truth")
equal({p["id"] for f in truth["frames"] for p in f["people"]}, {1, 2}, "who is there")
check({"rep"} <= {e["kind"] for e in truth["events"]} or truth["events"] == [], "events")

# The same address gives the same bytes; another seed does not.
for name in ("a", "b", "c"):
    seed = 3 if name == "c" else 2
    stance("run", f"mannequin:walk?{SMALL}&seed={seed}", "--model", "truth", "-o",
           TMP / f"{name}.mkv", "--truth",
           TMP / f"{name}.json", "--overlay", "none", "--encoder", "ffv1", "--threads",
           1 if name == "b" else 2)
md5 = [subprocess.run(["ffmpeg", "-v", "error", "-i", TMP / f"{name}.mkv", "-f", "framemd5", "-"],
                      stdout=subprocess.PIPE).stdout for name in "abc"]
equal(md5[0], md5[1], "the same pictures")
check(md5[0] != md5[2], "another seed: the same pictures")
equal((TMP / "a.json").read_bytes(), (TMP / "b.json").read_bytes(), "same truth")
check((TMP / "a.json").read_bytes() != (TMP / "c.json").read_bytes(), "another seed")

# Parts of it are parts of the same clip.
whole = truth_of(f"mannequin:jacks?{SMALL}")
part = truth_of(f"mannequin:jacks?{SMALL}", "--start", 0.5, "--end", 1.5, "--every", 2)
equal([f["frame_index"] for f in part["frames"]], [5, 7, 9, 11, 13], "the part's frames")
for f in part["frames"]:
    equal(f["people"], whole["frames"][f["frame_index"]]["people"], "a part's truth")
equal(part["summary"]["skipped"], 5, "the part's skipped frames")
equal(whole["meta"]["duration_ms"], 2000, "duration")

# The truth in place of a network: as JSON, and drawn.
stance("run", f"mannequin:stand?{SMALL}", "--model", "truth", "--json", TMP / "found.json",
       "-o", TMP / "drawn.mp4", "--truth", TMP / "truth.json")
found, truth = read_json(TMP / "found.json"), read_json(TMP / "truth.json")
equal(found["frames"], truth["frames"], "--model truth")
check("events" not in found, "events belong to the truth")

check(video_facts(TMP / "drawn.mp4")["frames"] == 20, "the drawn clip's frames")

# A batch goes into folders; names tell the scenes apart.
stance("run", f"mannequin:wave?{SMALL}&seed=1", f"mannequin:wave?{SMALL}&seed=2", "--model",
       "truth", "--truth", TMP / "batch/", "-o", TMP / "clips/")
equal(len(list((TMP / "batch").glob("*.json"))), 2, "a batch's truths")
equal(len(list((TMP / "clips").glob("*.mp4"))), 2, "a batch's clips")

# A picture as the background; one that is not there.
ffmpeg("-f", "lavfi", "-i", "color=c=0xff0000:size=300x200", "-frames:v", "1", TMP / "red.png")
stance("run", f"mannequin:stand?size=64x48&seconds=0.1&background={TMP}/red.png", "--model",
       "truth", "-o", TMP / "red.mkv", "--encoder", "ffv1", "--overlay", "none")
raw = subprocess.run(["ffmpeg", "-v", "error", "-i", TMP / "red.mkv", "-frames:v", "1", "-f",
                      "rawvideo", "-pix_fmt", "rgb24", "-"], stdout=subprocess.PIPE).stdout
red = sum(raw[i] > 180 and raw[i + 1] < 70 for i in range(0, len(raw), 3))
check(red > 64 * 48 * 0.6, f"the background is not red: {red} pixels are")
done = stance("run", "mannequin:stand?background=no.png", "--model", "truth", "--truth", "-",
              status=2)
check("no.png" in done.stderr, f"no background: {done.stderr}")

# Live: frames come in their time.
began = time.monotonic()
stance("run", "mannequin:walk?size=64x48&seconds=1.5&fps=20", "--live", "yes", "--model", "truth",
       "--truth", TMP / "live.json")
took = time.monotonic() - began
check(1.3 < took < 6, f"live: {took} s for 1.5 s")
invariants(read_json(TMP / "live.json"), "live")

# Errors in one line.
for args, status, part in [
    (["run", "mannequin:squat", "--model", "truth", "--truth", "-"], 1, "did you mean 'squats'"),
    (["run", "mannequin:walk?people=99", "--truth", "-"], 1, "people"),
    (["mannequin"], 1, "expected one scene"),
    (["mannequin", "walk", "--camera", "above"], 1, "camera"),
    (["mannequin", "walk", "squats"], 1, "expected one scene"),
]:
    done = stance(*args, status=status)
    check(part in done.stderr, f"{args}: {done.stderr!r}")
    equal(len(done.stderr.strip().splitlines()), 1, f"{args}: lines ({done.stderr!r})")
ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:duration=0.2", TMP / "plain.mp4")
for args in (["--truth", TMP / "x.json"], ["--model", "truth", "--json", TMP / "x.json"]):
    done = stance("run", TMP / "plain.mp4", *args, "--model", "truth", status=1)
    check("drawn people" in done.stderr, f"{args}: {done.stderr!r}")
    check(not (TMP / "x.json").exists(), f"{args}: an output was left")
check("--people" in stance("mannequin", "--help").stdout, "help")
finish()
