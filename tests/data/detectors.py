#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Person detectors on labelled pictures, beside an independent reference.

Every box that either side is sure of (0.4; FastestDet 0.65, as in its demo) has a partner on the other side that overlaps it
by three quarters; and the share of labelled people who are found is told.

    detectors.py [NETWORK...]
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "reference")]
from kit import *  # noqa: E402,F403

try:
    import numpy as np
    import boxes
    import pictures
    from interpreters import by_openvino
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

need_shared()
SET = SHARED / "data/coco_kpt"
MODELS = SHARED / "models"
IMAGENET = ([123.675, 116.28, 103.53], [1 / 58.395, 1 / 57.12, 1 / 57.375])
NANODET = ([103.53, 116.28, 123.675], [1 / 57.375, 1 / 57.12, 1 / 58.395])
# file, width, height, blue first, mean, scale, padding, decoder
DETECTORS = {
    "person-detection-retail-0013": (
        "openvino-person-detection-retail-0013-fp16/person-detection-retail-0013.xml", 544, 320,
        True, 0, 1, 0, lambda o: boxes.ssd(o, 544, 320)),
    "picodet-s-192-pedestrian": (
        "picodet-s-192-pedestrian-ir/picodet_s_192_lcnet_pedestrian.xml", 192, 192, False,
        *IMAGENET, 0, boxes.picodet),
    "yolox-nano": ("yolox-nano/yolox_nano.onnx", 416, 416, True, 0, 1, 114,
                   lambda o: boxes.yolox(o, 416)),
    "nanodet-m": ("nanodet-m-320/nanodet_m_320.onnx", 320, 320, True, *NANODET, 0,
                  lambda o: boxes.nanodet(o, 320)),
    "fastestdet": ("fastestdet/FastestDet.onnx", 352, 352, True, 0, 1 / 255, 0,
                   lambda o: boxes.fastestdet(o, 352)),
}


def by_reference(name):
    path, width, height, bgr, mean, scale, pad, decode = DETECTORS[name]
    run = by_openvino(MODELS / path)

    def look(picture):
        box, way = pictures.letterbox(picture, width, height, pad)
        box = (box[:, :, ::-1] if bgr else box).astype(np.float32)
        tensor = ((box - np.float32(mean)) * np.float32(scale)).transpose(2, 0, 1)[None]
        rows = decode(run(np.ascontiguousarray(tensor)))
        rows = boxes.nms(rows[rows[:, 4] >= 0.05])
        out = rows.copy()
        for i in (0, 2):
            out[:, i], out[:, i + 1] = pictures.back(rows[:, i], rows[:, i + 1], way)
        return out

    return look


def by_stance(name):
    js = TMP / "found.json"
    stance("run", SET / "images", "--model", name, "--min-score", 0.05, "--json", js)
    return {pathlib.Path(f["file"]).name: np.array(
        [[*p["box"][:2], p["box"][0] + p["box"][2], p["box"][1] + p["box"][3], p["score"]]
         for p in f["people"]]).reshape(-1, 5) for f in read_json(js)["frames"]}


def overlap(one, others):
    if not len(others):
        return 0
    low, high = np.maximum(one[:2], others[:, :2]), np.minimum(one[2:4], others[:, 2:4])
    both = np.prod(np.maximum(high - low, 0), axis=1)
    return (both / (np.prod(one[2:4] - one[:2]) + np.prod(others[:, 2:4] - others[:, :2], axis=1)
                    - both)).max()


truth = json.loads((SET / "person_keypoints.json").read_text())
names = {image["id"]: image["file_name"] for image in truth["images"]}
people = [(names[a["image_id"]], np.array([*a["bbox"][:2], a["bbox"][0] + a["bbox"][2],
                                           a["bbox"][1] + a["bbox"][3]]))
          for a in truth["annotations"] if not a["iscrowd"]]
for name in sys.argv[1:] or DETECTORS:
    look, found = by_reference(name), by_stance(name)
    sure = alone = 0
    least = 0.65 if name == "fastestdet" else 0.4
    for file, own in found.items():
        other = look(pictures.read(SET / "images" / file))
        for a, b in ((own, other), (other, own)):
            for row in a[a[:, 4] >= least]:
                sure += 1
                alone += overlap(row, b) < 0.75
    seen = sum(overlap(box, found[file][found[file][:, 4] >= least]) > 0.5 for file, box in people)
    print(f"{name}: {sure} sure boxes, {alone} without a partner; {seen} of {len(people)} "
          f"labelled people found", flush=True)
    check(sure > 100, f"{name}: {sure} sure boxes")
    check(alone <= sure * 0.03, f"{name}: {alone} of {sure} boxes have no partner")
    check(seen > len(people) * 0.25, f"{name}: {seen} of {len(people)} people found")
finish()
