#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every family of networks on labelled pictures, beside an independent reference.

Average precision (COCO keypoints, by pycocotools) of what stance finds, and of what
tests/reference/ finds with the interpreters from PyPI: at most one point less, and not two more, which would be another
measure (MoveNet: three either way where the processor has no VNNI). How 8-bit networks round depends on the processor,
and a decoder that shares nothing with the reference's may gain by it.
Networks for one person are shown each labelled person by itself, cut out around the box.

    families.py [NETWORK...]
"""

import contextlib
import io
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "reference")]
from kit import *  # noqa: E402,F403

try:
    import numpy as np
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    from PIL import Image
    import blazepose
    import boxes
    import heatmap
    import openpose
    import pictures
    import posenet
    from interpreters import by_litert, by_openvino
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

need_shared()
SET = SHARED / "data/coco_kpt"
MODELS = SHARED / "models"
COCO17 = ("nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
          "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
          "right_ankle").split()


def openpose_maps(outputs):
    values = [np.asarray(v)[0] for v in outputs.values()]
    if len(values) == 1:
        return values[0][:, :, :19], values[0][:, :, 19:]
    values.sort(key=lambda v: v.shape[0])
    return [v.transpose(1, 2, 0) for v in values]


class OpenPose:
    """A picture in, people as {name: (x, y, score)} in its pixels and a score out."""

    def __init__(self, width, height, nchw, run):
        self.size, self.nchw, self.run = (width, height), nchw, run

    def __call__(self, picture):
        width, height = self.size
        box, way = pictures.letterbox(picture, width, height)
        tensor = box[None, :, :, ::-1].astype(np.float32)
        tensor = np.ascontiguousarray(tensor.transpose(0, 3, 1, 2) if self.nchw else tensor)
        heatmaps, fields = openpose_maps(self.run(tensor))
        people = openpose.decode(np.ascontiguousarray(heatmaps), np.ascontiguousarray(fields))
        return [({name: (*pictures.back(x * width, y * height, way), s)
                  for name, (x, y, s) in points.items()}, score) for points, score in people]


class PoseNet:
    def __init__(self, path):
        self.run = by_litert(path)

    def __call__(self, picture):
        box, way = pictures.letterbox(picture, 481, 353)
        maps = sorted((m[0] for m in self.run(box[None]).values()), key=lambda m: m.shape[2])
        return [({name: (*pictures.back(x + 0.5, y + 0.5, way), s)
                  for name, (x, y, s) in zip(COCO17, points)}, score)
                for points, score in posenet.decode(*maps)]


class Heatmap:
    """For one person; `names` of the maps, in their order."""

    def __init__(self, width, height, run, names, mean, scale, place, nchw=False, bgr=False):
        self.size, self.run, self.names, self.place = (width, height), run, names, place
        self.mean, self.scale = np.float32(mean), np.float32(scale)
        self.nchw, self.bgr = nchw, bgr

    def __call__(self, picture, person=None):
        width, height = self.size
        box, way = (pictures.cut(picture, person, width, height) if person is not None
                    else pictures.letterbox(picture, width, height))
        box = (box[:, :, ::-1] if self.bgr else box).astype(np.float32)
        tensor = ((box - self.mean) * self.scale)[None]
        if self.nchw:
            tensor = tensor.transpose(0, 3, 1, 2)
        maps = next(v[0] for v in self.run(np.ascontiguousarray(tensor)).values() if v.ndim == 4)
        maps = maps if self.nchw else maps.transpose(2, 0, 1)
        points = {}
        for name, one in zip(self.names, maps):
            x, y, score = self.place(one)
            points[name] = (*pictures.back(x * width / one.shape[1] + 0.5,
                                           y * height / one.shape[0] + 0.5, way), float(score))
        return [(points, sum(np.clip(p[2], 0, 1) for p in points.values()) / len(points))]


class MoveNet(Heatmap):
    def __init__(self, path):
        super().__init__(192, 192, by_litert(path), COCO17, 0, 1, None)

    def __call__(self, picture, person=None):
        box, way = (pictures.cut(picture, person, 192, 192) if person is not None
                    else pictures.letterbox(picture, 192, 192))
        (rows,), = next(iter(self.run(box[None]).values()))
        points = {name: (*pictures.back(x * 192, y * 192, way), float(score))
                  for name, (y, x, score) in zip(COCO17, rows)}
        return [(points, float(rows[:, 2].mean()))]


class TopDown:
    """A detector, and a network for one that looks at each box."""

    def __init__(self, single):
        self.single = single
        self.net = by_openvino(MODELS / "yolox-nano/yolox_nano.onnx")

    def __call__(self, picture):
        box, way = pictures.letterbox(picture, 416, 416, 114)
        rows = boxes.yolox(self.net(np.ascontiguousarray(
            box[:, :, ::-1].astype(np.float32).transpose(2, 0, 1)[None])), 416)
        people = []
        for x0, y0, x1, y1, sure in boxes.nms(rows[rows[:, 4] >= 0.3]):
            (x0, y0), (x1, y1) = pictures.back(x0, y0, way), pictures.back(x1, y1, way)
            (points, score), = self.single(picture, (x0, y0, x1 - x0, y1 - y0))
            if score >= 0.1:
                people.append((points, score * sure))
        return people


class BlazePose:
    """Circles around bodies, and landmarks within each."""

    several = ["--people", "all"]

    def __init__(self, landmarks):
        self.detect = by_litert(MODELS / "blazepose-detector/pose_detection.tflite")
        self.look = by_litert(MODELS / landmarks)

    def __call__(self, picture):
        for middle, top, _ in blazepose.detect(self.detect, picture):
            square = blazepose.turned_square(middle, top)
            points, _, _, score, _ = blazepose.look(self.look, picture, square)
            if score >= 0.5:
                yield points, score


MPII = ("head_top upper_neck right_shoulder right_elbow right_wrist thorax left_shoulder left_elbow "
        "left_wrist pelvis right_hip right_knee right_ankle left_hip left_knee left_ankle").split()
PEFM = [name for name in MPII if name not in ("thorax", "pelvis")]


def efficientpose(kind, side):
    return Heatmap(side, side, by_litert(MODELS / f"efficientpose/EfficientPose{kind}_LITE.tflite"),
                   MPII, 127.5, 1 / 127.5, heatmap.quarter)


def tinypose():
    return Heatmap(192, 256, by_openvino(MODELS / "pp-tinypose-ir/model.xml"), COCO17,
                   [123.675, 116.28, 103.53], [1 / 58.395, 1 / 57.12, 1 / 57.375], heatmap.dark,
                   nchw=True)


REFERENCES = {
    "human-pose-estimation-0001-int8": lambda: OpenPose(456, 256, True, by_openvino(
        MODELS / "openvino-human-pose-estimation-0001-int8/human-pose-estimation-0001.xml")),
    "openpose-mobilenet-v2": lambda: OpenPose(432, 368, False, by_litert(
        MODELS / "openpose-mobilenet-v2-tflite/mobilenet_v2_pose_dm10_368_432_weight_quant.tflite")),
    "openpose-mobilenet-v2-small": lambda: OpenPose(432, 368, False, by_openvino(
        MODELS / "openpose-mobilenet-v2-small-tf/graph_opt.pb", [1, 368, 432, 3])),
    "movenet-lightning-int8": lambda: MoveNet(
        MODELS / "movenet-lightning-int8"
        / "lite-model_movenet_singlepose_lightning_tflite_int8_4.tflite"),
    "pp-tinypose": tinypose,
    "pp-tinypose + yolox-nano": lambda: TopDown(tinypose()),
    "efficientpose-rt-lite": lambda: efficientpose("RT", 224),
    "efficientpose-i-lite": lambda: efficientpose("I", 256),
    "pefm-hourglass": lambda: Heatmap(
        192, 192, by_litert(MODELS / "pefm-hourglass/model.tflite"), PEFM, 0, 1, heatmap.quarter,
        bgr=True),
    "blazepose-lite": lambda: BlazePose("blazepose-landmark-lite/pose_landmark_lite.tflite"),
    "posenet-mobilenet-075-quant": lambda: PoseNet(
        MODELS / "posenet-mobilenet-075-quant/posenet_mobilenet_v1_075_353_481_quant.tflite"),
}


def as_result(image_id, points, score):
    flat = []
    for name in COCO17:
        flat += [float(v) for v in points.get(name, (0, 0, 0))]
    return {"image_id": image_id, "category_id": 1, "keypoints": flat, "score": float(score)}


def cut_out(truth, aspect):
    """Each labelled person as a picture: {file: (image, person's corner)}."""
    folder = TMP / f"people-{aspect:.2f}"
    folder.mkdir(exist_ok=True)
    people = {}
    for number, person in enumerate(truth.dataset["annotations"]):
        if person["num_keypoints"] == 0 or person["iscrowd"]:
            continue
        x, y, w, h = person["bbox"]
        height = max(h, w / aspect) * 1.25
        left, top = round(x + w / 2 - height * aspect / 2), round(y + h / 2 - height / 2)
        path = folder / f"{number:05}.png"
        whole = Image.open(SET / "images" / truth.imgs[person["image_id"]]["file_name"])
        whole.convert("RGB").crop((left, top, left + max(16, round(height * aspect)),
                                   top + max(16, round(height)))).save(path)
        people[path.name] = (person["image_id"], left, top)
    return folder, people


def moved(points, left, top):
    return {name: (x + left, y + top, s) for name, (x, y, s) in points.items()}


def single_by_stance(network, folder, people):
    js = TMP / "found.json"
    stance("run", folder, "--model", network, "--crop", "whole", "--min-score", 0, "--json", js)
    results = []
    for frame in read_json(js)["frames"]:
        image, left, top = people[pathlib.Path(frame["file"]).name]
        points = {k["name"]: (k["x"], k["y"], k["score"]) for k in frame["keypoints"]
                  if k["x"] is not None}
        results.append(as_result(image, moved(points, left, top), frame["pose_score"]))
    return results


def single_by_reference(look, folder, people):
    results = []
    for name, (image, left, top) in people.items():
        (points, score), = look(pictures.read(folder / name))
        results.append(as_result(image, moved(points, left, top), score))
    return results


def found_by_stance(network, look, ids):
    js = TMP / "found.json"
    model, _, detector = network.partition(" + ")
    more = ["--detector", detector] if detector else getattr(look, "several", [])
    stance("run", SET / "images", "--model", model, *more, "--json", js)
    results = []
    for frame in read_json(js)["frames"]:
        for person in frame["people"]:
            points = {k["name"]: (k["x"], k["y"], k["score"]) for k in person["keypoints"]
                      if k["x"] is not None}
            results.append(as_result(ids[pathlib.Path(frame["file"]).name], points,
                                     person["score"]))
    return results


def found_by_reference(look, ids):
    return [as_result(image_id, points, score) for name, image_id in ids.items()
            for points, score in look(pictures.read(SET / "images" / name))]


def precision(truth, results):
    with contextlib.redirect_stdout(io.StringIO()):
        judge = COCOeval(truth, truth.loadRes(results), "keypoints")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return [100 * judge.stats[i] for i in (0, 1, 5)]  # AP, AP50, AR


with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(str(SET / "person_keypoints.json"))
ids = {image["file_name"]: image["id"] for image in truth.dataset["images"]}
for network in sys.argv[1:] or REFERENCES:
    look = REFERENCES[network]()
    if isinstance(look, Heatmap):
        crops = cut_out(truth, look.size[0] / look.size[1])
        found, expected = single_by_stance(network, *crops), single_by_reference(look, *crops)
    else:
        found, expected = found_by_stance(network, look, ids), found_by_reference(look, ids)
    own, other = precision(truth, found), precision(truth, expected)
    print(f"{network}: AP {own[0]:.1f}, AP50 {own[1]:.1f}, AR {own[2]:.1f}; reference "
          f"{other[0]:.1f} / {other[1]:.1f} / {other[2]:.1f}", flush=True)
    less, more = (3, 3) if network == "movenet-lightning-int8" and coarse_int8() else (1, 2)
    check(-less <= own[0] - other[0] <= more, f"{network}: AP {own[0]:.2f}, reference {other[0]:.2f}")
    least = 1 if isinstance(look, Heatmap) and "nose" not in look.names else 5  # no points of a face
    check(own[0] > least, f"{network}: AP {own[0]:.2f}")
finish()
