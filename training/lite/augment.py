# SPDX-License-Identifier: Apache-2.0
"""From a labelled photo to a training picture: another crop, other light, something in front.

stance shows the network a person in three ways: cut out around a detector's box, around where
the person was in the last frame, and at first in the whole picture. So the person's size, place
and turn vary widely here, parts are cut off or covered, and other people stand beside.

Method: the usual ones for pose networks; half bodies as in Wang et al., "Deep High-Resolution
Representation Learning" (2019); patches as in DeVries and Taylor, "Cutout" (2017).
"""

import math

import cv2
import numpy as np

from . import common, views


def crop_matrix(middle, side, angle, size, flip=False):
    """The map of a photo into a square crop: `side` pixels around `middle` become `size`."""
    a = math.radians(angle)
    scale = size / max(side, 1e-3)
    m = np.zeros((2, 3))
    m[:, :2] = scale * np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    if flip:
        m[0, :2] *= -1
    m[:, 2] = size / 2 - m[:, :2] @ middle
    return m


def box_of(points):
    """Middle and longer side of the points that count, with room for head, hands and feet."""
    sure = points[points[:, 2] > 0, :2]
    low, high = sure.min(axis=0), sure.max(axis=0)
    return (low + high) / 2, max(16.0, 1.15 * float((high - low).max()))


# Parts of a body that a picture may show alone: points that are in it.
PARTS = [range(0, 11), range(0, 9), range(11, 17)]  # above the hips, head and shoulders, legs


def half(points, rng):
    """A part of a body, when there is enough of it; else all of it."""
    part = points.copy()
    shown = PARTS[rng.choice(3, p=[0.5, 0.3, 0.2])]
    part[[k for k in range(17) if k not in shown], 2] = 0
    return part if (part[:, 2] > 0).sum() >= 4 else points


def place(points, box, rng, strength):
    """Where the crop lies: (middle, side, angle, flip).

    @param box x0, y0, x1, y1 of what is to be seen of the person, or None: not known"""
    body = half(points, rng) if rng.random() < 0.3 else points
    middle, long_side = box_of(body)
    if box is not None and body is points and rng.random() < 0.7:
        middle, long_side = (box[:2] + box[2:]) / 2, max(16.0, float((box[2:] - box[:2]).max()))
    share = (np.clip(rng.normal(0.80, 0.09), 0.5, 1.05) if rng.random() < 0.75
             else math.exp(rng.uniform(math.log(0.4), math.log(1.1))))
    side = long_side / share
    shift = rng.uniform(-1, 1, 2) * (0.07 + 0.4 * max(0.0, 1 - share)) * side * 0.7
    kind = rng.random()
    angle = (rng.uniform(-180, 180) if kind < 0.05 * strength else
             float(np.clip(rng.normal(0, 20 * strength), -45, 45)) if kind < 0.75 else 0.0)
    return middle + shift, side, angle, rng.random() < 0.5


def border(rng):
    kind = rng.random()
    if kind < 0.6:
        return {"borderMode": cv2.BORDER_CONSTANT, "borderValue": (0, 0, 0)}
    if kind < 0.8:
        return {"borderMode": cv2.BORDER_REPLICATE}
    return {"borderMode": cv2.BORDER_CONSTANT,
            "borderValue": tuple(float(v) for v in rng.integers(0, 256, 3))}


NOISE = np.random.default_rng(0).normal(0, 1, 1 << 18).astype(np.float32)


def light(picture, rng):
    """Brightness, contrast, colours, noise."""
    values = np.arange(256, dtype=np.float32)[:, None].repeat(3, axis=1)
    if rng.random() < 0.8:
        values = (values - 127.5) * rng.uniform(0.6, 1.4) + 127.5 + rng.uniform(-40, 40)
    if rng.random() < 0.5:
        values *= rng.uniform(0.8, 1.2, 3)
    if rng.random() < 0.5:
        grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        share = 1.0 if rng.random() < 0.2 else rng.uniform(-0.5, 0.8)
        picture = cv2.addWeighted(picture, 1 - share, grey, share, 0)
    out = cv2.LUT(picture, np.clip(values, 0, 255).astype(np.uint8)[None])
    if rng.random() < 0.25:
        at = int(rng.integers(0, NOISE.size - out.size))
        noise = NOISE[at:at + out.size].reshape(out.shape) * rng.uniform(2, 18)
        out = np.clip(out + noise, 0, 255).astype(np.uint8)
    return out


def worse(picture, rng):
    """What cameras and encoders do: blur, few pixels, JPEG."""
    kind = rng.random()
    h, w = picture.shape[:2]
    if kind < 0.12:
        return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 2))
    if kind < 0.20:
        n = int(rng.integers(3, 10))
        kernel = np.zeros((n, n), np.float32)
        cv2.line(kernel, tuple(int(v) for v in rng.integers(0, n, 2)), (n // 2, n // 2), 1)
        return cv2.filter2D(picture, -1, kernel / max(1, kernel.sum()))
    if kind < 0.35:
        small = rng.uniform(0.3, 0.8)
        small = (max(24, int(w * small)), max(24, int(h * small)))
        return cv2.resize(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), (w, h))
    if kind < 0.5:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY,
                                                 int(rng.integers(15, 70))])
        return cv2.imdecode(data, cv2.IMREAD_COLOR)
    return picture


def cover(picture, points, other, rng):
    """Patches in front: of one colour, of noise, or cut out of another photo. What is behind
    one can still be guessed, so it stays a label, of half the weight and hardly seen."""
    size = picture.shape[0]
    for _ in range(int(rng.integers(1, 4))):
        w, h = (int(v) for v in rng.uniform(0.06, 0.3, 2) * size)
        x, y = int(rng.integers(0, size - w)), int(rng.integers(0, size - h))
        kind = rng.random()
        if kind < 0.3:
            patch = np.broadcast_to(rng.integers(0, 256, 3).astype(np.uint8), (h, w, 3))
        elif kind < 0.4:
            patch = rng.integers(0, 256, (h, w, 3)).astype(np.uint8)
        else:
            oh, ow = other.shape[:2]
            px, py = int(rng.integers(0, max(1, ow - w))), int(rng.integers(0, max(1, oh - h)))
            patch = other[py:py + h, px:px + w]
        picture[y:y + patch.shape[0], x:x + patch.shape[1]] = patch
        behind = ((points[:, 0] >= x) & (points[:, 0] < x + w) & (points[:, 1] >= y) &
                  (points[:, 1] < y + h))
        points[behind, 2] *= 0.5
        points[behind, 3] *= 0.5


def neighbour(picture, other, other_points, rng):
    """Somebody else at the side, as large as a box of them is, in front of what is there."""
    size = picture.shape[0]
    middle, side = box_of(other_points)
    w, h = (int(v) for v in (rng.uniform(0.12, 0.3) * size, rng.uniform(0.5, 1) * size))
    m = crop_matrix(middle, side * rng.uniform(1, 1.6), 0, size)
    whole = views.warp(other, m, (size, size), borderMode=cv2.BORDER_REPLICATE)
    cut = whole[(size - h) // 2:(size + h) // 2, (size - w) // 2:(size + w) // 2]
    x = 0 if rng.random() < 0.5 else size - cut.shape[1]
    y = int(rng.integers(0, size - cut.shape[0] + 1))
    picture[y:y + cut.shape[0], x:x + cut.shape[1]] = cut
    return x, y, cut.shape[1], cut.shape[0]


def cut(picture, points, rng):
    """The photo's own edge, which cuts somebody off: black beyond it, and nothing to say there."""
    sure = points[points[:, 2] > 0, :2]
    axis, far = int(rng.integers(2)), rng.random() < 0.5
    low, high = sure[:, axis].min(), sure[:, axis].max()
    deep = rng.uniform(-0.1, 0.5) * (high - low)
    edge = int(high - deep if far else low + deep)
    beyond = points[:, axis] > edge if far else points[:, axis] < edge
    if (~beyond & (points[:, 2] > 0)).sum() < 4 or not 0 < edge < picture.shape[0]:
        return
    points[beyond, 2] = 0
    part = slice(edge, None) if far else slice(0, edge)
    picture[(slice(None), part) if axis == 0 else part] = 0


def to_crop(points, matrix, flip):
    out = points.copy()
    out[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return out[common.MIRROR] if flip else out


def augment(picture, points, box, other, other_points, size, rng, strength=1.0):
    """@param points 17 x (x, y, weight, seen) in the photo
    @param box as place() takes it
    @param strength how often, or how much, a crop is turned, made worse, and covered
    @return (size x size x 3 picture, points in it)"""
    middle, side, angle, flip = place(points, box, rng, strength)
    matrix = crop_matrix(middle, side, angle, size, flip)
    # A photo shrunk by much needs a blur before, else it flickers from crop to crop.
    if side / size > 1.8:
        picture = cv2.blur(picture, (2, 2))
    out = views.warp(picture, matrix, (size, size), **border(rng))
    found = to_crop(points, matrix, flip)
    if rng.random() < 0.25 * strength:
        x, y, w, h = neighbour(out, other, other_points, rng)
        behind = ((found[:, 0] >= x) & (found[:, 0] < x + w) & (found[:, 1] >= y) &
                  (found[:, 1] < y + h))
        found[behind, 2] *= 0.3
        found[behind, 3] *= 0.5
    if rng.random() < 0.2 * strength:
        cover(out, found, other, rng)
    if rng.random() < 0.2:
        cut(out, found, rng)
    if rng.random() < strength:
        out = worse(out, rng)
    return light(out, rng), found


# Where the points of nobody are. They weigh much, since in the loss an empty cell weighs little.
NOWHERE = np.tile(np.float32([-1e6, -1e6, 4, 0]), (17, 1))


def nobody(picture, size, rng):
    """A picture without anybody: part of one, or letters as on a title. @return as augment()"""
    h, w = picture.shape[:2]
    if rng.random() < 0.2:
        ground, ink = rng.integers(0, 256, (2, 3))
        out = np.full((size, size, 3), ground, np.uint8)
        for _ in range(int(rng.integers(1, 6))):
            text = "".join(chr(c) for c in rng.integers(65, 123, rng.integers(1, 12)))
            cv2.putText(out, text, (int(rng.integers(-size // 4, size // 2)),
                                    int(rng.integers(size // 8, size))),
                        int(rng.integers(0, 8)), rng.uniform(0.2, 2) * size / 96,
                        [int(v) for v in ink], int(rng.integers(1, 4)), cv2.LINE_AA)
    else:
        side = rng.uniform(0.5, 1.3) * min(w, h)
        middle = rng.uniform(0.3, 0.7, 2) * [w, h]
        matrix = crop_matrix(middle, side, rng.normal(0, 10), size, rng.random() < 0.5)
        out = views.warp(np.ascontiguousarray(picture), matrix, (size, size), **border(rng))
    return light(worse(out, rng), rng), NOWHERE.copy()


def plain(picture, points, size, share=0.8):
    """The crop of a good detector, for validation. @return (picture, points, matrix)"""
    middle, side = box_of(points)
    matrix = crop_matrix(middle, side / share, 0, size)
    return views.warp(picture, matrix, (size, size)), to_crop(points, matrix, False), matrix
