# SPDX-License-Identifier: Apache-2.0
"""The training of the built-in networks, a few steps of it, from nothing to networks that stance
runs: drawn people take the place of the pool, so it needs no test data.

Needs a Python with training/requirements.txt: STANCE_TRAINING_PYTHON, or the one that runs tests.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import ROOT, STANCE, TMP, check, equal, finish, read_json, skip, stance  # noqa: E402

PYTHON = os.environ.get("STANCE_TRAINING_PYTHON", sys.executable)
PACKAGES = "torch, numpy, cv2, onnx, openvino, nncf, pycocotools, matplotlib"
WORK, SHARED = TMP / "work", TMP / "shared"

# A pool of drawn people: pictures below data/train_pool/images, and labels as training/label and
# training/boxes would write them.
MAKE_POOL = """
import json, pathlib, sys
import cv2, numpy as np
clip, truth, images, work = sys.argv[1:]
reader, files, points, boxes = cv2.VideoCapture(clip), [], [], []
for frame in json.load(open(truth))["frames"]:
    there, picture = reader.read()
    assert there
    name = f"drawn/{len(files):03d}.png"
    path = pathlib.Path(images) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture)
    x, y, w, h = frame["people"][0]["box"]
    boxes.append([len(files), x, y, x + w, y + h, 1])
    files.append(name)
    points.append([[p["x"], p["y"], 1, 1] for p in frame["people"][0]["keypoints"]])
points = np.array(points, np.float32)
box = np.concatenate([points[:, :, :2].min(axis=1), points[:, :, :2].max(axis=1)], axis=1)
np.savez(pathlib.Path(work) / "labels.npz", files=np.array(files), points=points, box=box)
np.savez(pathlib.Path(work) / "boxes.npz", files=np.array(files), boxes=np.array(boxes))
"""


def python(*words, what):
    done = subprocess.run([PYTHON, *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=1800)
    check(done.returncode == 0, f"{what}: exit status {done.returncode}: {done.stdout[-1500:]}")
    return done.stdout


def step(name, *words):
    return python(ROOT / "training" / name, "--work", WORK, "--shared", SHARED, "--stance", STANCE,
                  *words, what=name)


def make_pool():
    clip, truth = TMP / "clip.mp4", TMP / "truth.json"
    stance("mannequin", "jacks", "--seconds", 20, "--fps", 8, "--size", "256x256", "--people", 1,
           "-o", clip, "--truth", truth)
    WORK.mkdir()
    images = SHARED / "data/train_pool/images"
    python("-c", MAKE_POOL, clip, truth, images, WORK, what="the drawn pool")


def lines(text, start):
    return [line for line in text.splitlines() if line.startswith(start)]


def train(run, *words):
    """Some steps, broken off once; the loss falls."""
    words = ["--epochs", 6, "--batch", 16, "--workers", 1, "--threads", 2, *words]
    said = step("train", *words, "--steps", 4)
    check(lines(said, "epoch 0:"), f"train: expected a line of epoch 0, found {said}")
    said = step("train", *words, "--steps", 30)
    check(lines(said, "going on"), f"train: expected to go on, found {said}")
    rows = (WORK / run / "curves.csv").read_text().splitlines()
    first, last = (dict(zip(rows[0].split(","), row.split(","))) for row in (rows[1], rows[-1]))
    check(float(last["loss"]) < float(first["loss"]),
          f"{run}: the loss: expected to fall from {first['loss']}, found {last['loss']}")
    for name in ("curves.png", "held-out.jpg", "checkpoint.pt"):
        check((WORK / run / name).exists(), f"train: expected {run}/{name}, found none")


def points():
    step("draw", "--clips", 2, "--frames", 3)
    train("lite")
    step("export")
    step("quantize", "--photos", 8)
    found = TMP / "found.json"
    stance("run", "mannequin:stand?seconds=0.5", "--model", WORK / "lite/stance-lite.xml", "--card",
           WORK / "lite/stance-lite.json", "--json", found)
    frames = read_json(found)["frames"]
    equal(len(frames[0]["keypoints"]), 17, "points that stance finds with the network")


def people():
    step("draw", "--task", "people", "--clips", 2, "--frames", 3)
    train("detector", "--task", "people")
    step("export", "--task", "people")
    step("quantize", "--task", "people", "--photos", 8)
    network = WORK / "detector/stance-detector.xml"
    size = sum(path.stat().st_size for path in (network, network.with_suffix(".bin")))
    check(size < 1e6, f"{network}: expected less than a megabyte with its .bin, found {size} bytes")
    found = TMP / "boxes.json"
    stance("run", "mannequin:stand?seconds=0.5", "--model", network, "--card",
           network.with_suffix(".json"), "--min-score", 0.001, "--json", found)
    frames = read_json(found)["frames"]
    check(all("people" in frame for frame in frames), f"{found}: expected people in each frame")


def main():
    if subprocess.run([PYTHON, "-c", f"import {PACKAGES}"], stderr=subprocess.DEVNULL).returncode:
        skip(f"{PYTHON} has not all of training/requirements.txt; name one with "
             "STANCE_TRAINING_PYTHON")
    make_pool()
    points()
    people()


main()
finish()
