#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program's decoders on made tensors, beside other people's post-processing.

SimCC, RTMO and sifted boxes are held against rtmlib's own functions, YOLO-pose and MoveNet
MultiPose against tests/reference/rows.py. The tensors go through the engine replay, so that
the whole program decodes them; random ones, ones like a network's, and crowds.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "reference")]
from kit import *  # noqa: E402,F403
from replay import write_blank, write_tensors  # noqa: E402

try:
    import numpy as np
    import rows
    from rtmlib.tools.object_detection.yolox import YOLOX
    from rtmlib.tools.pose_estimation.post_processings import get_simcc_maximum
    from rtmlib.tools.pose_estimation.rtmo import RTMO
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

chance = np.random.default_rng(7)
PIXELS, SCORES = 0.0101, 0.00051  # as the JSON is written


def f32(array):
    return np.ascontiguousarray(array, dtype=np.float32)


def decode(decoder, skeleton, size, outputs, records, people="several"):
    """What stance makes of each record: the frames of its JSON."""
    width, height = size
    card = {"schema": "stance-card/1", "name": "made", "title": "Made", "licence": "CC0-1.0",
            "people": people, "decoder": decoder, "skeleton": skeleton,
            "files": [{"name": "made.onnx"}],
            "input": {"width": width, "height": height, "layout": "NCHW", "type": "f32"},
            "outputs": [{"name": name, "shape": dims} for name, _, dims in outputs]}
    (TMP / "made.json").write_text(json.dumps(card))
    write_tensors(TMP / "made.tensors", [("input", "float32", (1, 3, height, width))], outputs,
                  records)
    write_blank(TMP / "blank.y4m", width, height, len(records))
    stance("run", TMP / "blank.y4m", "--engine", "replay", "--card", TMP / "made.json", "--replay",
           TMP / "made.tensors", "--crop", "whole", "--json", TMP / "found.json",
           *(["--min-score", 0] if people == "one" else []))
    frames = read_json(TMP / "found.json")["frames"]
    equal(len(frames), len(records), f"{decoder}: frames")
    return frames


def points(person):
    return np.array([[np.nan if p[c] is None else p[c] for c in ("x", "y", "score")]
                     for p in person["keypoints"]], dtype=float)


def same_points(found, expected, what):
    """Given alike, and where they are given at the same place with the same score."""
    given = np.isfinite(expected[:, 0])
    if not equal(list(np.isfinite(found[:, 0])), list(given), f"{what}: points given"):
        return
    if given.any():
        off = np.abs(found[given] - expected[given]).max(0)
        check(off[:2].max() <= PIXELS and off[2] <= SCORES, f"{what}: off by {off}")


def same_people(frames, expected, what):
    n = 0
    for i, (frame, people) in enumerate(zip(frames, expected)):
        if equal(len(frame["people"]), len(people), f"{what}, record {i}: people"):
            for k, (person, (score, own)) in enumerate(zip(frame["people"], people)):
                close(person["score"], score, SCORES, f"{what}, record {i}, person {k}: score")
                same_points(points(person), own, f"{what}, record {i}, person {k}")
                n += 1
    print(f"{what}: {len(frames)} records, {n} people", flush=True)


# ---- SimCC ----

def bells(n, length):
    at = chance.uniform(-5, length + 5, (n, 1))
    top = chance.choice([0.02, 0.2, 0.7, 0.98], (n, 1))
    bell = top * np.exp(-((np.arange(length) - at) ** 2) / (2 * 11.3 ** 2))
    return bell + chance.normal(0, 0.01, (n, length))


def simcc(skeleton, n, width, height):
    records = []
    for kind in range(12):
        make = (lambda length: bells(n, length)) if kind % 2 else (
            lambda length: chance.normal(-2 if kind == 0 else 0, 0.3, (n, length)))
        records.append([f32(make(2 * width)[None]), f32(make(2 * height)[None])])
    records[3][0][0, :3] = -0.5  # nobody's points: x alone, and both
    records[3][1][0, :2] = -0.5
    frames = decode("simcc", skeleton, (width, height),
                    [("simcc_x", "float32", (1, n, 2 * width)),
                     ("simcc_y", "float32", (1, n, 2 * height))], records, "one")
    absent = 0
    for i, (frame, (x, y)) in enumerate(zip(frames, records)):
        places, scores = get_simcc_maximum(x.copy(), y.copy())
        expected = np.column_stack([places[0] / 2 + 0.5, np.minimum(scores[0], 1)])
        expected[scores[0] <= 0] = np.nan
        absent += int(np.isnan(expected[:, 0]).sum())
        found = points(frame) if frame["keypoints"] else np.full((n, 3), np.nan)
        same_points(found, expected, f"simcc {skeleton}, record {i}")
    check(absent > 3, f"simcc {skeleton}: {absent} points absent")
    print(f"simcc {skeleton}: {len(records)} records of {n} points, {absent} absent", flush=True)


simcc("coco17", 17, 192, 256)
simcc("coco17", 17, 288, 384)
simcc("halpe26", 26, 192, 256)
simcc("wholebody133", 133, 192, 256)


# ---- people as rows ----

def crowd(n, width, height):
    """Boxes (x0, y0, x1, y1, score) around n people, several for each, and their points."""
    boxes, places = [], []
    for _ in range(n):
        w = chance.uniform(12, 90)
        h = w * chance.uniform(1.5, 3)
        x, y = chance.uniform(-w / 2, width - w / 2), chance.uniform(-h / 2, height - h / 2)
        for _ in range(chance.integers(1, 5)):
            dx, dy = chance.normal(0, w / 20, 2)
            boxes.append([x + dx, y + dy, x + w + dx, y + h + dy, chance.uniform(0.02, 0.99)])
            places.append(np.column_stack([chance.uniform(x, x + w, 17), chance.uniform(y, y + h, 17),
                                           chance.uniform(0, 1, 17)]))
    order = chance.permutation(n and len(boxes))
    return (np.array(boxes).reshape(-1, 5)[order], np.array(places).reshape(-1, 17, 3)[order])


def yolo(size, n_rows):
    records, expected = [], []
    for n in (0, 1, 5, 40, 500):
        boxes, places = crowd(n, size, size)
        rest = n_rows - len(boxes)
        data = np.zeros((1, 56, n_rows))
        data[0, :4] = chance.uniform(0, size, (4, n_rows))
        data[0, 4] = chance.uniform(0, 0.03, n_rows)
        at = chance.permutation(n_rows)[:len(boxes)]
        data[0, :4, at] = np.hstack([(boxes[:, :2] + boxes[:, 2:4]) / 2,
                                     boxes[:, 2:4] - boxes[:, :2]])
        data[0, 4, at] = boxes[:, 4]
        data[0, 5:, at] = places.reshape(-1, 51)
        check(rest > 0, "yolo-pose: rows")
        records.append([f32(data)])
        expected.append(rows.yolo_pose(records[-1][0]))
    frames = decode("yolo-pose", "coco17", (size, size),
                    [("output0", "float32", (1, 56, n_rows))], records)
    same_people(frames, expected, "yolo-pose")


def rtmo(size):
    other = RTMO.__new__(RTMO)
    records, expected = [], []
    for n in (3, 0, 1, 30, 500):
        boxes, places = crowd(n, size, size)
        records.append([f32(boxes[None]), f32(places[None])])
        people = []
        if len(boxes) and (boxes[:, 4] > 0.7).any():
            found, scores = other.postprocess([records[-1][0].copy(), records[-1][1].copy()], 1.0,
                                              0.45, 0.7)
            people = [(None, np.column_stack([p, s])) for p, s in zip(found, scores)]
        expected.append(people)
    frames = decode("rtmo", "coco17", (size, size),
                    [("dets", "float32", (1, -1, 5)), ("keypoints", "float32", (1, -1, 17, 3))],
                    records)
    for frame, people in zip(frames, expected):  # rtmlib does not tell the scores of people
        for k, person in enumerate(frame["people"][:len(people)]):
            people[k] = (person["score"], people[k][1])
    same_people(frames, expected, "rtmo")


def multi(width, height):
    records, expected = [], []
    for n in range(7):
        row = chance.uniform(0, 0.1, (1, 6, 56))
        boxes, places = crowd(n, 1, 1)
        at = chance.permutation(6)[:n]
        row[0, at, :51] = chance.uniform(-0.1, 1.1, (n, 51))
        row[0, at, 2:51:3] = chance.uniform(0, 1, (n, 17))
        row[0, at, 51:53], row[0, at, 53:55] = 0.1, 0.9
        row[0, at, 55] = chance.uniform(0.2, 1, n)
        records.append([f32(row)])
        expected.append(rows.movenet_multi(records[-1][0], width, height))
    frames = decode("movenet-multi", "coco17", (width, height),
                    [("output_0", "float32", (1, 6, 56))], records)
    same_people(frames, expected, "movenet-multi")


def sifted(size):
    other = YOLOX.__new__(YOLOX)
    other.det_mode = "human"
    records, expected = [], []
    for n in (4, 0, 1, 100, 500):
        boxes, _ = crowd(n, size, size)
        records.append([f32(boxes[None]), np.zeros((1, len(boxes)), np.int64)])
        kept = other.postprocess(records[-1][0].copy()) if len(boxes) else np.zeros((0, 4))
        scores = boxes[f32(boxes[:, 4]) > np.float32(0.3), 4]
        expected.append(kept[np.argsort(-scores, kind="stable")][:1024])
    frames = decode("boxes-mmdet", "box", (size, size),
                    [("dets", "float32", (1, -1, 5)), ("labels", "int64", (1, -1))], records)
    n = 0
    for i, (frame, boxes) in enumerate(zip(frames, expected)):
        if equal(len(frame["people"]), len(boxes), f"boxes-mmdet, record {i}: boxes"):
            for person, box in zip(frame["people"], boxes):
                off = np.abs(np.array(person["box"]) - [*box[:2], *(box[2:] - box[:2])]).max()
                check(off <= 0.02, f"boxes-mmdet, record {i}: off by {off}")
                n += 1
    print(f"boxes-mmdet: {len(frames)} records, {n} boxes", flush=True)


yolo(640, 8400)
rtmo(640)
multi(256, 192)
sifted(640)
finish()
