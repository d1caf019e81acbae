# SPDX-License-Identifier: Apache-2.0
"""Networks that give people as rows, in numpy: [(score, K x (x, y, score))] in input pixels.

Written after the published rules: Ultralytics' YOLO pose task (score 0.25, of boxes that
overlap by more than 0.7 the surer one stays) and the model card of MoveNet MultiPose.
"""

import numpy as np


def overlaps(box, others):
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    both = np.prod(np.maximum(high - low, 0), axis=1)
    area = np.prod(others[:, 2:] - others[:, :2], axis=1)
    return both / (np.prod(box[2:] - box[:2]) + area - both)


def yolo_pose(output, least=0.25, most=0.7):
    rows = output[0].T.astype(np.float64)
    rows = rows[rows[:, 4] >= least]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    boxes = np.hstack([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2])
    found = []
    while len(rows):
        found.append((rows[0, 4], rows[0, 5:].reshape(-1, 3)))
        apart = overlaps(boxes[0], boxes[1:]) <= most
        rows, boxes = rows[1:][apart], boxes[1:][apart]
    return found


def movenet_multi(output, width, height, least=0.25):
    found = [(row[55], row[:51].reshape(17, 3)[:, [1, 0, 2]] * [width, height, 1])
             for row in output[0] if row[55] >= least]
    return sorted(found, key=lambda f: -f[0])
