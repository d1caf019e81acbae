# SPDX-License-Identifier: Apache-2.0
"""Boxes of people: around joints, and out of what several detectors and joints say.

A box is x0, y0, x1, y1 in pixels, tight around what is to be seen of a body, as COCO has it. Two
independent sources that agree make a label; what only one says is neither a person nor
background, and the loss leaves such a place alone.
"""

import numpy as np

AGREE = 0.6    # overlap from which two boxes mean the same person
SAME = 0.5     # overlap from which a box is no other person
LOOSE = 0.3    # overlap from which an unsure box is taken for a bad one of the same person
PART = 0.8     # share of a box that lies in another one, from which it may be a part of that
LEAST = 0.25   # score from which a box that stands alone is in doubt, below it is nothing
SURE = 0.35    # score that the best detector of a label needs

# How far a body reaches beyond its joints, as parts of the trunk's length.
ROOM = np.array([.24] * 5 + [.20] * 2 + [.15] * 2 + [.14] * 2 + [.25] * 2 + [.19] * 2 + [.20] * 2)
HEAD, HEAD_ABOVE, HAND, FOOT = 0.35, 0.42, 0.48, 0.25


def overlap(a, b):
    """@param a N x 4, b M x 4 @return N x M: common area over the area of both"""
    a, b = np.asarray(a, np.float64).reshape(-1, 4), np.asarray(b, np.float64).reshape(-1, 4)
    both = common_area(a, b)
    whole = area(a)[:, None] + area(b)[None] - both
    return both / np.maximum(whole, 1e-9)


def common_area(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    return np.clip(high - low, 0, None).prod(axis=2)


def area(a):
    return np.clip(a[:, 2:] - a[:, :2], 0, None).prod(axis=1)


def trunk(points, known):
    """Length and direction (downwards) of the trunk, or what stands for them."""
    high = [points[i] for i in (5, 6) if known[i]]
    low = [points[i] for i in (11, 12) if known[i]]
    size = np.ptp(points[known], axis=0).max()
    if not high or not low:
        return 0.3 * size, None
    way = np.mean(low, axis=0) - np.mean(high, axis=0)
    length = np.hypot(*way)
    # Seen from above or bent, a trunk is short: the body is as large all the same.
    return max(length, 0.2 * size), way / max(length, 1e-6)


def around(points):
    """The box of a body by its joints: each with room, and head, hands and feet beyond them.

    @param points 17 x (x, y, weight, ...) @return box, or None where too few joints are known"""
    known = points[:, 2] > 0
    if known.sum() < 8 or not known[5:7].any() or not known[11:17].any():
        return None
    places = points[:, :2].astype(np.float64)
    length, way = trunk(places, known)
    spots = [(places[k], ROOM[k] * length) for k in range(17) if known[k]]
    if known[:5].any():
        spots.append((places[:5][known[:5]].mean(axis=0), HEAD * length))
    elif way is not None:
        top = places[5:7][known[5:7]].mean(axis=0)
        spots.append((top - HEAD_ABOVE * length * way, HEAD * length))
    for a, b, more in ((7, 9, HAND), (8, 10, HAND), (13, 15, FOOT), (14, 16, FOOT)):
        if known[a] and known[b]:
            spots.append((places[b] + more * (places[b] - places[a]), 0.1 * length))
    low = np.min([p - r for p, r in spots], axis=0)
    high = np.max([p + r for p, r in spots], axis=0)
    return np.concatenate([low, high])


def cluster(seed, found):
    """The best partner that each source has for a box.

    @param found [(source, box, score)] @return indices into it"""
    best = {}
    if found:
        fits = overlap(seed[None], [box for _, box, _ in found])[0]
        for i, (source, _, score) in enumerate(found):
            if fits[i] >= SAME and (source not in best or fits[i] > fits[best[source]]):
                best[source] = i
    return list(best.values())


def settle(members):
    """One box out of those of a person. @return (box, do two sources agree)"""
    places = np.array([box for _, box, _ in members])
    weights = np.array([score for _, _, score in members])
    fits = overlap(places, places)
    centre = int(np.argmax((fits * weights).sum(axis=1)))
    near = fits[centre] >= AGREE
    box = (places[near] * weights[near, None]).sum(axis=0) / weights[near].sum()
    sources = {members[i][0] for i in np.flatnonzero(near)}
    return box, len(sources) >= 2 and weights[near].max() >= SURE


def merge(found, joints, size):
    """@param found [(source, box, score)] of the detectors, in any order
    @param joints the box around the labelled person, or None
    @param size (width, height) of the photo
    @return N x 5: boxes, and 1: a person, 0: in doubt"""
    rest = sorted(found, key=lambda f: -f[2])
    if joints is not None:
        # The joints count as a witness of middling voice: they are sure that somebody is there.
        rest.insert(0, ("joints", joints, 0.5))
    people, doubtful = [], []
    while rest:
        chosen = cluster(rest[0][1], rest)
        box, sure = settle([rest[i] for i in chosen])
        score = max(rest[i][2] for i in chosen)
        around_it = overlap(box[None], [f[1] for f in rest])[0] >= SAME
        rest = [f for i, f in enumerate(rest) if i not in chosen and not around_it[i]]
        if sure:
            people.append(box)
        elif score >= LEAST:
            doubtful.append((box, score))
    rows = [[*box, 1] for box in people]
    for box, score in doubtful:
        others = np.array(people).reshape(-1, 4)
        inside = common_area(box[None], others)[0] / area(box[None])
        same = (inside > PART) | (overlap(box[None], others)[0] > LOOSE)
        if score >= 0.5 or not same.any():
            rows.append([*box, 0])
    rows = np.array(rows, np.float64).reshape(-1, 5)
    rows[:, 0:4:2] = np.clip(rows[:, 0:4:2], 0, size[0])
    rows[:, 1:4:2] = np.clip(rows[:, 1:4:2], 0, size[1])
    return rows[area(rows[:, :4]) > 16].astype(np.float32)
