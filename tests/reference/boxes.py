# SPDX-License-Identifier: Apache-2.0
"""Person detectors' outputs in numpy: rows of x0, y0, x1, y1, score in input pixels."""

import numpy as np


def nms(rows, limit=0.5):
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    kept = []
    for row in rows:
        good = True
        for other in kept:
            low, high = np.maximum(row[:2], other[:2]), np.minimum(row[2:4], other[2:4])
            both = np.prod(np.maximum(high - low, 0))
            either = np.prod(row[2:4] - row[:2]) + np.prod(other[2:4] - other[:2]) - both
            good &= both / either <= limit
        if good:
            kept.append(row)
    return np.array(kept).reshape(-1, 5)


def centres(size, stride):
    y, x = np.mgrid[0:size // stride, 0:size // stride]
    return x.reshape(-1), y.reshape(-1)


def ssd(outputs, width, height):
    rows = next(iter(outputs.values())).reshape(-1, 7)
    ends = np.nonzero(rows[:, 0] < 0)[0]
    rows = rows[:ends[0]] if len(ends) else rows
    return np.column_stack([rows[:, 3:7] * [width, height, width, height], rows[:, 2]])


def yolox(outputs, size):
    rows = next(iter(outputs.values()))[0]
    found, start = [], 0
    for stride in (8, 16, 32):
        x, y = centres(size, stride)
        part = rows[start:start + len(x)]
        start += len(x)
        middle = (part[:, :2] + np.column_stack([x, y])) * stride
        half = np.exp(part[:, 2:4]) * stride / 2
        found.append(np.column_stack([middle - half, middle + half, part[:, 4] * part[:, 5]]))
    return np.concatenate(found)


def picodet(outputs):
    boxes = next(v for v in outputs.values() if v.shape[-1] == 4)[0]
    scores = next(v for v in outputs.values() if v.shape[-1] != 4).reshape(-1)
    return np.column_stack([boxes, scores])


def nanodet(outputs, size):
    found = []
    for stride in (8, 16, 32):
        x, y = centres(size, stride)
        middle = (np.column_stack([x, y]) + 0.5) * stride
        bins = outputs[f"dis_pred_stride_{stride}"][0].reshape(-1, 4, 8)
        share = np.exp(bins - bins.max(2, keepdims=True))
        sides = (share / share.sum(2, keepdims=True) @ np.arange(8)) * stride
        found.append(np.column_stack([middle - sides[:, :2], middle + sides[:, 2:],
                                      outputs[f"cls_pred_stride_{stride}"][0][:, 0]]))
    return np.concatenate(found)


def fastestdet(outputs, size):
    maps = next(iter(outputs.values()))[0]
    cells = maps.shape[1]
    y, x = np.mgrid[0:cells, 0:cells]
    score = maps[0] ** 0.6 * maps[5] ** 0.4 * (maps[5:].argmax(0) == 0)
    middle = np.stack([x + np.tanh(maps[1]), y + np.tanh(maps[2])]) * size / cells
    half = size / (1 + np.exp(-maps[3:5])) / 2
    return np.concatenate([middle - half, middle + half, score[None]]).reshape(5, -1).T
