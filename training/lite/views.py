# SPDX-License-Identifier: Apache-2.0
"""Pictures of each person as teachers see them best: cut out, upright, and mirrored.

Half of the pool is sport: people are upside down or lie. Networks that were trained on people
who stand do badly there, so the photo is turned first, by the labelled trunk; what they find
is turned back. What a teacher says of a person in several views also tells how sure it is.
"""

import json
import math

import cv2
import numpy as np

from . import common

SIZE = 384  # of a view, in pixels; the person's longer side takes 1 / ROOM of it
ROOM = 1.35


def trunk_angle(points, seen):
    """Degrees by which the photo has to be turned for the trunk to be upright; None: unknown."""
    top = [points[i] for i in (5, 6) if seen[i]]
    low = [points[i] for i in (11, 12) if seen[i]]
    if not top or not low:
        return None
    dx, dy = np.mean(top, axis=0) - np.mean(low, axis=0)
    if math.hypot(dx, dy) < 4:
        return None
    return math.degrees(math.atan2(dx, -dy))


def to_view(points, angle):
    """The affine map of a photo into a view where these points are upright and in the middle.

    @param angle degrees, against which the photo is turned
    @return (2 x 3 matrix, box of the points in the view with room for head and feet)
    """
    a = math.radians(-angle)
    turn = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    turned = points @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    size = max(8.0, float((high - low).max()))
    low, high = low - 0.07 * size, high + 0.07 * size
    scale = SIZE / (ROOM * (high - low).max())
    middle = (low + high) / 2
    matrix = np.zeros((2, 3))
    matrix[:, :2] = scale * turn
    matrix[:, 2] = SIZE / 2 - scale * middle
    box = np.concatenate([(low - middle), (high - low)]) * scale
    box[:2] += SIZE / 2
    return matrix, box


def of_box(box, size):
    """The map of a photo into a view with a box, x0, y0, x1, y1, in the middle, and the box in the
    view, `size` times as large."""
    box = np.asarray(box, np.float64)
    middle, sides = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) * size
    scale = SIZE / (ROOM * sides.max())
    matrix = np.zeros((2, 3))
    matrix[:, :2] = scale * np.eye(2)
    matrix[:, 2] = SIZE / 2 - scale * middle
    return matrix, np.concatenate([SIZE / 2 - sides * scale / 2, sides * scale])


def warp(picture, matrix, size=(SIZE, SIZE), **how):
    """cv2.warpAffine for a matrix of our coordinates, which count from the pixel's corner."""
    m = np.array(matrix, np.float64)
    m[:, 2] += m[:, :2] @ [0.5, 0.5] - 0.5
    return cv2.warpAffine(picture, m, size, **how)


def back(matrix, points):
    """Points of a view in the photo again."""
    return (points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T


class Set:
    """Views of one kind: a folder of pictures, and labels.json with a box for each."""

    def __init__(self, folder):
        self.folder = folder
        self.images, self.boxes = [], []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, number, picture, box):
        name = f"{number:05d}.jpg"
        cv2.imwrite(str(self.folder / name), picture, [cv2.IMWRITE_JPEG_QUALITY, 93])
        self.images.append({"id": number, "file_name": name, "width": picture.shape[1],
                            "height": picture.shape[0]})
        x, y, w, h = (float(v) for v in box)
        # The program looks at labelled people only; that these points mean nothing is no matter.
        self.boxes.append({"id": number, "image_id": number, "category_id": 1, "iscrowd": 0,
                           "bbox": [x, y, w, h], "area": w * h, "num_keypoints": 17,
                           "keypoints": [x + w / 2, y + h / 2, 2] * 17})

    def write(self):
        (self.folder / "labels.json").write_text(json.dumps({
            "images": self.images, "annotations": self.boxes,
            "categories": [{"id": 1, "name": "person", "keypoints": common.POINTS}]}))


def mirror(picture, box):
    x, y, w, h = box
    return picture[:, ::-1], (picture.shape[1] - x - w, y, w, h)
