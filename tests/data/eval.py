#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Networks measured on labelled photos: three ways to the same figures.

    stance eval pose --model       runs the network, and --save writes what it found
    stance eval pose --results     of that file
    stance run --format coco       and pycocotools of its results

Also the labels of other data sets: their own points in their own order, MPII's form.
"""

import contextlib
import io
import json
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

try:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

need_shared()
FIGURES = "AP AP50 AP75 APm APl AR AR50 AR75 ARm ARl".split()
SETS = SHARED / "data"
KPT = SETS / "coco_kpt"
LABELS = KPT / "person_keypoints.json"


def judged(labels, results, images):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(labels))
        judge = COCOeval(truth, truth.loadRes(str(results)), "keypoints")
        judge.params.imgIds = sorted(images)
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return dict(zip(FIGURES, judge.stats))


def evaluate(labels, *args, **keywords):
    return json.loads(stance("eval", "pose", "--gt", labels, "--json", *args, **keywords).stdout
                      or "{}")


def same(found, expected, what, tolerance=1e-6):
    for name in FIGURES:
        close(found.get("ap", {}).get(name), expected[name], tolerance, f"{what}: {name}")


def three_ways(network, only, *args):
    """@return average precision"""
    images = [i for i in read_json(LABELS)["images"] if i["file_name"].startswith(only)]
    ids = [i["id"] for i in images]
    saved, run = TMP / "saved.json", TMP / "run.json"
    part = ["--only", f"file_name={only}*"]
    found = evaluate(LABELS, "--model", network, "--images", KPT / "images", "--save", saved,
                     *part, *args)
    equal(found["images"], len(images), f"{network}: images")
    same(found, judged(LABELS, saved, ids), f"{network}, beside pycocotools")
    again = evaluate(LABELS, "--results", saved, *part)
    equal(again["ap"], found["ap"], f"{network}: saved and read")
    if "gt" not in args:
        files = [KPT / "images" / i["file_name"] for i in images]
        stance("run", *files, "--model", network, "--people", "all", "--format", "coco", "--json",
               run, *args)
        check(read_json(run) == read_json(saved), f"{network}: stance run --format coco differs")
        same(evaluate(LABELS, "--results", run), judged(LABELS, run, [
            i["id"] for i in read_json(LABELS)["images"]]), f"{network}: stance run")
    return found["ap"]["AP"]


some = "00000000" if SANITIZED else "0000000"
bottom_up = three_ways("openpose-mobilenet-v2-small", some)
check(bottom_up > 0.02, f"openpose: AP {bottom_up}")
detected = three_ways("pp-tinypose", some)
given = three_ways("pp-tinypose", some, "--crops", "gt")
check(given > detected > 0.2, f"pp-tinypose: AP {given} with given boxes, {detected} without")

# Any member of the labels' images chooses among them.
found = evaluate(LABELS, "--model", "openpose-mobilenet-v2-small", "--images", KPT / "images",
                 "--only", "coco_split=val2017", "--only", "file_name=00000001*")
chosen = [i for i in read_json(LABELS)["images"]
          if i["coco_split"] == "val2017" and i["file_name"].startswith("00000001")]
equal(found["images"], len(chosen), "two --only")

# A network without some of the points.
SMALL = SETS / "small_sets"
found = evaluate(SMALL / "mpii/test_mpii.json", "--images", SMALL / "mpii", "--model",
                 "efficientpose-rt-lite", "--crops", "gt")
check(found["pckh"]["share"] > 0.5, f"MPII: {found['pckh']['share']}")
equal((found["form"], found["people"]), ("mpii", 5), "MPII's form")
for name, least in (("aic", 0.8), ("mhp", 0.6), ("jhmdb", 0.8)):
    labels, = (SMALL / name).glob("*.json")
    found = evaluate(labels, "--images", SMALL / name, "--model", "pp-tinypose", "--crops", "gt",
                     "--measure", "pck")
    check(found["pck"]["share"] > least, f"{name}: {found['pck']['share']}")
    missing = [j["name"] for j in found["pck"]["joints"] if not j["counted"]]
    check(any("head" in m for m in missing), f"{name}: nobody finds {missing}")

# People whom nobody labelled do no harm.
found = evaluate(SETS / "lspet/person_keypoints.json", "--images", SETS / "lspet/images",
                 "--model", "pp-tinypose", "--crops", "gt", "--measure", "pck", "--only",
                 "file_name=im0000*")
check(found["pck"]["share"] > 0.6, f"lspet: {found['pck']['share']}")

# What cannot be.
for args, status, word in ((["--model", "yolox-nano"], 1, "finds boxes"),
                           (["--model", "posenet-mobilenet-075-quant", "--crops", "gt"], 1,
                            "several people"),
                           (["--model", "pp-tinypose", "--crops", "gt", "--detector",
                             "yolox-nano"], 1, "no --detector"),
                           (["--model", "nope", "--offline"], 3, "nope"),
                           (["--model", "pp-tinypose", "--device", "TPU"], 3, "TPU"),
                           (["--model", "truth"], 1, "drawn people")):
    done = stance("eval", "pose", "--gt", LABELS, "--images", KPT / "images", *args,
                  status=status)
    check(word in done.stderr, f"{args}: expected '{word}' in: {done.stderr}")
done = stance("eval", "pose", "--gt", LABELS, "--images", SETS / "people17/images", "--model",
              "pp-tinypose", status=2)
check("000000000077.jpg" in done.stderr, f"a missing picture: {done.stderr}")

# Ctrl-C: no figures of a part, and no file of it.
saved = TMP / "interrupted.json"
running = subprocess.Popen(
    [STANCE, "eval", "pose", "--gt", SETS / "lspet/person_keypoints.json", "--images",
     SETS / "lspet/images", "--model", "pp-tinypose", "--save", saved],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
time.sleep(3)
running.send_signal(signal.SIGINT)
out, said = running.communicate(timeout=60)
equal(running.returncode, 130, f"interrupted: {said.decode()}")
check(b"interrupted after" in said, f"what is said: {said.decode()}")
equal(out, b"", "figures of an interrupted run")
check(not saved.exists() and not saved.with_name(saved.name + ".part").exists(), "its file")
finish()
