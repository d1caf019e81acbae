# SPDX-License-Identifier: Apache-2.0
"""Training pictures for the detector: photos put together so that few and many people, large and
small ones, whole and cut ones occur, and places without anybody.

The pool's photos mostly show one person who fills them. A scene is one photo, nearer or farther; a
grid of them, as in a collage or a video call; people pasted here and there at a common size, as in
a street; a drawn clip's frame; or backgrounds alone. A box that is cut by an edge ends there; one
of which little is left is in doubt, and one in doubt is no label.

Methods: mosaics, Bochkovskiy et al., "YOLOv4" (2020); pasting, Dwibedi et al., "Cut, Paste and
Learn" (2017).
"""

import math

import cv2
import numpy as np

from . import augment, boxes

MOST = 64       # boxes of a scene at most
LITTLE = 0.4    # share of a box that has to be left, after an edge cut it, to be a person
NOTHING = 0.08  # below that share nobody is there
SMALL = 7.0     # pixels: a box lower or narrower than that is in doubt at most, half of it nothing
KINDS = (("one", 0.36), ("grid", 0.30), ("street", 0.16), ("drawn", 0.12), ("nobody", 0.06))


class Scene:
    """A picture that is being put together, and its boxes: x0, y0, x1, y1, weight."""

    def __init__(self, width, height):
        self.picture = np.zeros((height, width, 3), np.uint8)
        self.rows = np.zeros((0, 5), np.float32)

    def put(self, photo, rows, source, target, flip=False, soft=0):
        """A part of a photo into a place; what is beyond either's edges is left out.

        @param source, target x0, y0, x1, y1 in pixels of the photo and of the scene
        @param soft pixels over which the edges fade"""
        scale = [(target[i + 2] - target[i]) / max(1e-6, source[i + 2] - source[i]) for i in (0, 1)]
        if flip:
            width = photo.shape[1]
            photo, rows = photo[:, ::-1], rows.copy()
            rows[:, [0, 2]] = width - rows[:, [2, 0]]
            source = (width - source[2], source[1], width - source[0], source[3])
        first, last = [], []
        for i, (most, room) in enumerate(zip(photo.shape[1::-1], self.picture.shape[1::-1])):
            low = max(source[i], 0, source[i] - target[i] / scale[i])
            high = min(source[i + 2], most, source[i] + (room - target[i]) / scale[i])
            first.append(int(math.ceil(low - 1e-6)))
            last.append(int(math.floor(high + 1e-6)))
        if last[0] - first[0] < 2 or last[1] - first[1] < 2:
            return
        place = [target[i % 2] + ((first + last)[i] - source[i % 2]) * scale[i % 2]
                 for i in range(4)]
        x0, y0, x1, y1 = (int(round(v)) for v in place)
        x1, y1 = min(x1, self.picture.shape[1]), min(y1, self.picture.shape[0])
        if x1 - x0 < 2 or y1 - y0 < 2:
            return
        part = photo[first[1]:last[1], first[0]:last[0]]
        shrinks = (x1 - x0) * (y1 - y0) < part.shape[0] * part.shape[1]
        part = cv2.resize(part, (x1 - x0, y1 - y0),
                          interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        self._cover((x0, y0, x1, y1))
        self._blend(part, x0, y0, soft)
        moved = rows.copy()
        for i in range(4):
            moved[:, i] = target[i % 2] + (rows[:, i] - source[i % 2]) * scale[i % 2]
        self.rows = np.concatenate([self.rows, cut(moved, (x0, y0, x1, y1))])

    def _blend(self, part, x0, y0, soft):
        h, w = part.shape[:2]
        there = self.picture[y0:y0 + h, x0:x0 + w]
        soft = int(min(soft, w / 3, h / 3))
        if soft < 2:
            there[:] = part
            return
        ramp = [np.minimum(1, (np.minimum(np.arange(n), np.arange(n)[::-1]) + 0.5) / soft)
                for n in (h, w)]
        mask = (ramp[0][:, None] * ramp[1][None])[..., None].astype(np.float32)
        there[:] = (part * mask + there * (1 - mask)).astype(np.uint8)

    def _cover(self, box):
        """What is behind something that is put there is not seen any more."""
        if not len(self.rows):
            return
        hidden = hidden_by(self.rows, box)
        self.rows[hidden > 0.2, 4] = 0
        self.rows = self.rows[hidden < 0.9]


def hidden_by(rows, box):
    """@return which share of each of the boxes lies behind another"""
    places = rows[:, :4].astype(np.float64)
    both = boxes.common_area(places, np.asarray(box, np.float64)[None])[:, 0]
    return both / np.maximum(boxes.area(places), 1e-6)


def cut(rows, edges):
    """Boxes within the edges; what is cut or small becomes a person in doubt, or nobody."""
    out = rows.copy()
    out[:, 0:4:2] = np.clip(rows[:, 0:4:2], edges[0], edges[2])
    out[:, 1:4:2] = np.clip(rows[:, 1:4:2], edges[1], edges[3])
    size = out[:, 2:4] - out[:, :2]
    left = size.prod(axis=1) / np.maximum((rows[:, 2:4] - rows[:, :2]).prod(axis=1), 1e-6)
    out[(left < LITTLE) | (size.min(axis=1) < SMALL / 2) | (size.max(axis=1) < SMALL), 4] = 0
    return out[(left > NOTHING) & (size.max(axis=1) > SMALL / 2)].astype(np.float32)


def free_part(rows, width, height):
    """The largest strip of a photo without anybody: x0, y0, x1, y1, or None where it is small."""
    if not len(rows):
        return 0, 0, width, height
    x0, y0 = rows[:, :2].min(axis=0) - 2
    x1, y1 = rows[:, 2:4].max(axis=0) + 2
    strips = [(0, 0, x0, height), (x1, 0, width, height), (0, 0, width, y0),
              (0, y1, width, height)]
    best = max(strips, key=lambda s: (s[2] - s[0]) * (s[3] - s[1]))
    wide, high = best[2] - best[0], best[3] - best[1]
    if min(wide, high) < 24 or max(wide, high) > 6 * min(wide, high):
        return None
    return tuple(int(v) for v in best)


def backdrop(scene, pool, rng, black=0.1):
    """Behind everything: a place without people, one colour, or black as round a letterbox."""
    h, w = scene.picture.shape[:2]
    kind = rng.random()
    if kind < black or not pool.free:
        return
    if kind < black + 0.05:
        scene.picture[:] = rng.integers(0, 256, 3)
        return
    for _ in range(4):
        number, x0, y0, x1, y1 = pool.free[int(rng.integers(len(pool.free)))]
        if min(x1 - x0, y1 - y0) > 60:
            break
    part = pool.pictures[number][y0:y1, x0:x1]
    if rng.random() < 0.5:  # as it is, mirrored again and again
        part = np.concatenate([part, part[:, ::-1]], axis=1)
        part = np.concatenate([part, part[::-1]])
        part = np.tile(part, (h // part.shape[0] + 1, w // part.shape[1] + 1, 1))
        scene.picture[:] = part[:h, :w]
        return
    wide = min(x1 - x0, (y1 - y0) * w / h) * rng.uniform(0.5, 1)
    high = wide * h / w
    x, y = (int(rng.uniform(0, most - side)) for most, side in ((x1 - x0, wide), (y1 - y0, high)))
    part = part[y:y + int(high) + 1, x:x + int(wide) + 1]
    scene.picture[:] = cv2.resize(part, (w, h), interpolation=cv2.INTER_LINEAR)


def pick(pool, rng, number=None):
    """A photo and one of its people, rather a large one. @return (picture, rows, box)"""
    if number is None:
        number = int(rng.integers(len(pool)))
    rows = pool.rows[number]
    people = rows[rows[:, 4] > 0]
    area = (people[:, 2:4] - people[:, :2]).prod(axis=1).astype(np.float64)
    return pool.pictures[number], rows, people[rng.choice(len(people), p=area / area.sum())][:4]


def one(scene, pool, rng, number):
    """One photo; its person fills from a quarter of the scene to more than all of it."""
    picture, rows, box = pick(pool, rng, number)
    h, w = scene.picture.shape[:2]
    tall = math.exp(rng.uniform(math.log(0.28), math.log(1.15))) * h
    scale = tall / max(box[3] - box[1], 0.6 * (box[2] - box[0]), 4)
    around(scene, picture, rows, box, scale, (0, 0, w, h), rng)


def around(scene, picture, rows, box, scale, target, rng, fill=False):
    """The surroundings of a person, who comes to lie somewhere in the target.

    @param fill as large as it takes for the photo to fill the target"""
    wide, high = (target[2] - target[0]) / scale, (target[3] - target[1]) / scale
    squeeze = math.exp(rng.normal(0, 0.07))
    wide *= squeeze
    if fill:
        less = min(1, picture.shape[1] / wide, picture.shape[0] / high)
        wide, high = wide * less, high * less
    x = (box[0] + box[2]) / 2 - wide / 2 + shift(box[2] - box[0], wide, rng)
    y = (box[1] + box[3]) / 2 - high / 2 + shift(box[3] - box[1], high, rng)
    if fill or rng.random() < 0.7:  # no edge of the photo is seen where that can be
        x, y = (float(np.clip(v, *sorted((0, most - side)))) for v, most, side in
                ((x, picture.shape[1], wide), (y, picture.shape[0], high)))
    flip = rng.random() < 0.5
    scene.put(picture, rows, (x, y, x + wide, y + high), target, flip)


def shift(inner, outer, rng):
    """How far a person is from the middle: anywhere within, or somewhat cut by an edge."""
    return rng.uniform(-1, 1) * (abs(outer - inner) / 2 + 0.12 * inner)


def grid(scene, pool, rng, number):
    """Photos side by side, with or without a gap; most fill their cells, some lie within them."""
    h, w = scene.picture.shape[:2]
    columns, lines = (int(rng.choice([1, 2, 2, 3, 3, 4, 5])) for _ in range(2))
    if columns * lines == 1:
        columns = 2
    gap = int(rng.integers(0, 5)) if rng.random() < 0.4 else 0
    fills = rng.random() < 0.8
    xs, ys = edges(w, columns, rng), edges(h, lines, rng)
    for j in range(lines):
        for i in range(columns):
            cell = (xs[i] + gap, ys[j] + gap, xs[i + 1] - gap, ys[j + 1] - gap)
            if rng.random() < 0.04 or min(cell[2] - cell[0], cell[3] - cell[1]) < 16:
                continue
            picture, rows, box = pick(pool, rng, number if i + j == 0 else None)
            room = math.exp(rng.uniform(math.log(0.95), math.log(2.5)))
            scale = min((cell[2] - cell[0]) / (box[2] - box[0]),
                        (cell[3] - cell[1]) / (box[3] - box[1])) / room
            around(scene, picture, rows, box, scale, cell, rng, fills)


def edges(length, parts, rng):
    """Where parts begin and end, equal ones or not."""
    sizes = np.ones(parts) if rng.random() < 0.6 else rng.uniform(0.5, 1.5, parts)
    return np.concatenate([[0], np.cumsum(sizes) / sizes.sum() * length]).round().astype(int)


def street(scene, pool, rng, number):
    """People here and there, cut out with a bit of what is around them, about equally large."""
    h, w = scene.picture.shape[:2]
    usual = math.exp(rng.uniform(math.log(0.06), math.log(0.5))) * h
    count = int(rng.integers(2, 5 + round(5 * (0.5 * h / usual) ** 0.5)))
    for n in range(count):
        picture, rows, box = pick(pool, rng, number if n == 0 else None)
        tall = usual * math.exp(rng.normal(0, 0.3))
        scale = tall / max(box[3] - box[1], 0.6 * (box[2] - box[0]), 4)
        grow = rng.uniform(0.03, rng.choice([0.3, 1.0]), 4) * (box[2] - box[0] + box[3] - box[1]) / 2
        source = (box[0] - grow[0], box[1] - grow[1], box[2] + grow[2], box[3] + grow[3])
        source = (max(0, source[0]), max(0, source[1]), min(picture.shape[1], source[2]),
                  min(picture.shape[0], source[3]))
        wide, high = (source[2] - source[0]) * scale, (source[3] - source[1]) * scale
        for _ in range(8):
            x, y = (rng.uniform(*sorted((-0.1 * side, room - 0.9 * side)))
                    for side, room in ((wide, w), (high, h)))
            target = np.array([x, y, x + wide, y + high])
            if covers(scene.rows, target) < 0.12:
                scene.put(picture, rows, source, target, rng.random() < 0.5,
                          soft=rng.choice([0, 0.1, 0.2, 0.3]) * min(wide, high))
                break


def covers(rows, target):
    """The largest share of a box that the target would hide."""
    return float(hidden_by(rows, target).max()) if len(rows) else 0.0


def whole(scene, picture, rows, rng):
    """A picture with a part left out, or with room around it."""
    h, w = scene.picture.shape[:2]
    ph, pw = picture.shape[:2]
    zoom = math.exp(rng.uniform(math.log(0.9), math.log(2.8)))
    scale = min(w / pw, h / ph) * zoom
    wide, high = w / scale, h / scale
    x = rng.uniform(min(0, pw - wide), max(0, pw - wide))
    y = rng.uniform(min(0, ph - high), max(0, ph - high))
    scene.put(picture, rows, (x, y, x + wide, y + high), (0, 0, w, h), rng.random() < 0.5)


def nobody(scene, pool, rng):
    """Backgrounds alone: over each other, and patches of them."""
    h, w = scene.picture.shape[:2]
    for _ in range(int(rng.integers(2, 9)) if pool.free else 0):
        number, x0, y0, x1, y1 = pool.free[int(rng.integers(len(pool.free)))]
        wide, high = rng.uniform(0.15, 0.8) * w, rng.uniform(0.15, 0.8) * h
        x, y = rng.uniform(-0.1, 0.9) * w, rng.uniform(-0.1, 0.9) * h
        scene.put(pool.pictures[number], np.zeros((0, 5), np.float32), (x0, y0, x1, y1),
                  (x, y, x + wide, y + high), rng.random() < 0.5)


def patches(scene, pool, rng):
    """Something in front of people: plain, or a place without anybody. Much hidden is in doubt."""
    h, w = scene.picture.shape[:2]
    for _ in range(int(rng.integers(1, 4)) if pool.free else 0):
        number, x0, y0, x1, y1 = pool.free[int(rng.integers(len(pool.free)))]
        wide, high = rng.uniform(0.04, 0.25, 2) * (w, h)
        x, y = rng.uniform(0, w - wide), rng.uniform(0, h - high)
        picture = pool.pictures[number]
        if rng.random() < 0.4:
            picture = np.broadcast_to(rng.integers(0, 256, 3).astype(np.uint8), picture.shape)
        scene.put(np.ascontiguousarray(picture), np.zeros((0, 5), np.float32), (x0, y0, x1, y1),
                  (x, y, x + wide, y + high))


def make(pool, drawn, number, size, rng, worse=True):
    """@param pool, drawn lite.data.People; drawn may be None
    @param number of the photo that comes first, size (width, height)
    @return (picture, MOST x (x0, y0, x1, y1, weight), of which those without a box have -1)"""
    scene = Scene(*size)
    kind = rng.choice([k for k, _ in KINDS], p=[p for _, p in KINDS])
    if kind == "drawn" and not drawn:
        kind = "grid"
    backdrop(scene, pool, rng, 0.5 if kind == "one" else 0.1)
    if kind == "drawn":
        n = int(rng.integers(len(drawn)))
        whole(scene, drawn.pictures[n], drawn.rows[n], rng)
    elif kind == "nobody":
        nobody(scene, pool, rng)
    else:
        {"one": one, "grid": grid, "street": street}[kind](scene, pool, rng, number)
    if worse and rng.random() < 0.25:
        patches(scene, pool, rng)
    picture = augment.light(augment.worse(scene.picture, rng), rng) if worse else scene.picture
    return np.ascontiguousarray(picture), padded(scene.rows)


def padded(rows):
    """Those that are surest first, filled up to MOST."""
    out = np.zeros((MOST, 5), np.float32)
    out[:, 4] = -1
    rows = rows[np.argsort(-rows[:, 4], kind="stable")][:MOST]
    out[:len(rows)] = rows
    return out
