# SPDX-License-Identifier: Apache-2.0
"""BlazePose's detector and landmarks in numpy, after MediaPipe's published graphs."""

import cv2
import numpy as np

import pictures

NAMES = ("nose left_eye_inner left_eye left_eye_outer right_eye_inner right_eye right_eye_outer "
         "left_ear right_ear left_mouth right_mouth left_shoulder right_shoulder left_elbow "
         "right_elbow left_wrist right_wrist left_pinky right_pinky left_index right_index "
         "left_thumb right_thumb left_hip right_hip left_knee right_knee left_ankle right_ankle "
         "left_heel right_heel left_foot_index right_foot_index").split()


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -80, 80)))


def anchors(size=224):
    found = []
    for stride, each in ((8, 2), (16, 2), (32, 6)):
        n = size // stride
        y, x = np.mgrid[0:n, 0:n]
        found.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2) + 0.5, each, 0) / n)
    return np.concatenate(found)


def iou(a, b):
    low = np.maximum(a[:2] - a[2:4] / 2, b[:2] - b[2:4] / 2)
    high = np.minimum(a[:2] + a[2:4] / 2, b[:2] + b[2:4] / 2)
    both = np.prod(np.maximum(high - low, 0))
    return both / (np.prod(a[2:4]) + np.prod(b[2:4]) - both)


def detect(run, picture, least=0.5):
    """[(middle, top, score)] in pixels of the picture; `run`: a tensor to {name: array}."""
    box, way = pictures.letterbox(picture, 224, 224)
    outputs = run((box.astype(np.float32) / 127.5 - 1)[None])
    rows = next(v for v in outputs.values() if v.shape[-1] == 12)[0] / 224
    scores = sigmoid(next(v for v in outputs.values() if v.shape[-1] == 1)[0, :, 0])
    rows[:, 0:2] += anchors()
    rows[:, 4:] += np.tile(anchors(), 4)
    order = [i for i in np.argsort(-scores, kind="stable") if scores[i] >= least]
    found = []
    while order:
        near = [i for i in order if i == order[0] or iou(rows[order[0]], rows[i]) > 0.3]
        mean = (rows[near] * scores[near, None]).sum(0) / scores[near].sum()
        middle, top = (np.array(pictures.back(*(mean[k:k + 2] * 224), way)) for k in (4, 6))
        found.append((middle, top, float(scores[order[0]])))
        order = [i for i in order if i not in near]
    return found


def turned_square(middle, top):
    """From a circle to (middle, side, turn)."""
    dx, dy = np.subtract(top, middle)
    return middle, 2.5 * np.hypot(dx, dy), np.arctan2(dx, -dy)


def refine(points, maps):
    size = maps.shape[0]
    for k, (x, y) in enumerate(points):
        if not (0 <= x < 1 and 0 <= y < 1):
            continue
        cx, cy = int(x * size), int(y * size)
        rows, columns = (np.arange(max(c - 3, 0), min(c + 4, size)) for c in (cy, cx))
        part = sigmoid(maps[np.ix_(rows, columns)][:, :, k])
        if part.max() >= 0.5:
            points[k] = ((part.sum(0) * columns).sum() / part.sum() / size,
                         (part.sum(1) * rows).sum() / part.sum() / size)
    return points


def look(run, picture, square):
    """A turned square to (points {name: (x, y, score)}, world 33 x 3, z, score, next circle)."""
    middle, side, turn = square
    c, s = np.cos(turn), np.sin(turn)
    rotate = np.array([[c, -s], [s, c]])
    scale = side / 256
    # From pixel numbers of the input to pixel numbers of the picture.
    matrix = np.column_stack([rotate * scale, np.asarray(middle) + rotate @ (
        np.full(2, 0.5 * scale - side / 2)) - 0.5])
    crop = cv2.warpAffine(picture, matrix, (256, 256), borderMode=cv2.BORDER_REPLICATE,
                          flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    outputs = run((crop.astype(np.float32) / 255)[None])
    by_size = {v.size: v for v in outputs.values()}
    rows = by_size[195].reshape(39, 5)
    score = float(by_size[1].reshape(()))
    points = refine(rows[:, :2] / 256, by_size[64 * 64 * 39].reshape(64, 64, 39))
    points = np.asarray(middle) + (points - 0.5) * side @ rotate.T
    world = by_size[117].reshape(39, 3).copy()
    world[:, :2] = world[:, :2] @ rotate.T
    visible = sigmoid(rows[:, 3])
    named = {name: (*points[k], float(visible[k])) for k, name in enumerate(NAMES)}
    return named, world[:33], rows[:33, 2] * scale, score, (points[33], points[34])
