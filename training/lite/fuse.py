# SPDX-License-Identifier: Apache-2.0
"""One label out of what several networks and people say of a point.

Each source votes for a place with a weight: its part (how good it is by docs/accuracy.md)
times how sure it is there. The place with the most weight around it wins, its supporters'
weighted mean is the label, and the share of the votes that agree decides how much it counts in
training. Views of one network are no independent witnesses: together they have the network's
part, and a point that no two independent sources agree on counts nothing, save where the best
network says the same, and is sure, in all its views.
"""

import numpy as np

from . import common

# How far apart two sources may be, as a part of the person's size, and still mean the same
# place: the face is small, hips are where everybody draws them differently.
NEAR = np.array([.035] * 5 + [.05] * 2 + [.05] * 4 + [.065] * 2 + [.055] * 4)
GIVEN = 0.8  # the part of labels that came with the photos, once they are put right
SWAPS = [[(5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)],  # the whole body
         [(5, 6), (7, 8), (9, 10)], [(11, 12), (13, 14), (15, 16)]]  # arms, legs


def size_of(points):
    """A person's size: the longer side of the points' box."""
    return max(8.0, float((points.max(axis=0) - points.min(axis=0)).max()))


def consensus(votes):
    """The weighted median of each point, and its weight, over sources without labels given."""
    where, weight = np.zeros((17, 2)), np.zeros(17)
    for k in range(17):
        rows = np.array([v[k] for _, v in votes if v[k, 2] > 0])
        if not len(rows):
            continue
        weight[k] = rows[:, 2].sum()
        for axis in (0, 1):
            order = np.argsort(rows[:, axis])
            half = np.searchsorted(np.cumsum(rows[order, 2]), weight[k] / 2)
            where[k, axis] = rows[order[min(half, len(order) - 1)], axis]
    return where, weight


def put_right(given, votes, size):
    """Exchanges left and right of given labels where the teachers say clearly so.

    @param given 17 x (x, y, labelled); a new array is returned
    @return (labels, how many of SWAPS were made)
    """
    where, weight = consensus(votes)
    given, made = given.copy(), 0
    for pairs in SWAPS:
        straight = crossed = 0.0
        for a, b in pairs:
            if not (given[a, 2] and given[b, 2] and weight[a] and weight[b]):
                continue
            w = min(weight[a], weight[b])
            d = [[min(0.3, np.hypot(*(given[i, :2] - where[k])) / size) for k in (a, b)]
                 for i in (a, b)]
            straight += w * (d[0][0] + d[1][1])
            crossed += w * (d[0][1] + d[1][0])
        if straight - crossed > 0.08 and crossed < 0.6 * straight:
            for a, b in pairs:
                given[[a, b]] = given[[b, a]]
            made += 1
    return given, made


def fuse_point(rows, near, alone):
    """@param rows (x, y, weight, family) of each source that names the point
    @param alone the most that the best network counts where it is the only one
    @return (x, y, weight)"""
    rows = np.asarray(rows)
    apart = np.hypot(rows[:, None, 0] - rows[None, :, 0], rows[:, None, 1] - rows[None, :, 1])
    pull = (np.exp(-0.5 * (apart / (0.5 * near)) ** 2) * rows[None, :, 2]).sum(axis=1)
    with_it = apart[np.argmax(pull)] <= near
    chosen = rows[with_it]
    support, whole = chosen[:, 2].sum(), rows[:, 2].sum()
    x, y = (chosen[:, :2] * chosen[:, 2:3]).sum(axis=0) / max(1e-9, support)
    families = set(chosen[:, 3])
    share = support / max(1e-9, whole)
    if share < 0.45:
        return x, y, 0.0
    if len(families) < 2:
        best_alone = families == {0} and support > 0.6 and with_it.sum() >= 2 and share > 0.6
        return x, y, alone if best_alone else 0.0
    return x, y, float(np.clip(share, 0, 1) * np.clip(support / 0.9, 0.3, 1))


def fuse(said, given, parts, alone=0.35):
    """@param said [(family, how many views it has here, 17 x (x, y, score))]
    @param given  17 x (x, y, labelled), or None
    @param parts  the part of each family in a vote
    @param alone  the weight of a point on which the best network is alone
    @return dict of points (17 x (x, y, weight, seen)), swaps, size, agreed
            (n sources x 17: does the source say what the label says; -1: it says nothing)
    """
    votes = []
    for family, views, points in said:
        v = points.copy()
        v[:, 2] = parts[family] / views * np.clip(points[:, 2] / 0.6, 0, 1)
        v[points[:, 2] < 0.1, 2] = 0
        votes.append((family, v))
    where, weight = consensus(votes)
    sure = where[weight > 0.3]
    if given is not None and (given[:, 2] > 0).sum() >= 4:
        size = size_of(given[given[:, 2] > 0, :2])
    elif len(sure) >= 4:
        size = size_of(sure)
    else:
        return None
    swaps = 0
    if given is not None:
        given, swaps = put_right(given, votes, size)
        labels = given.copy()
        labels[:, 2] = GIVEN * (given[:, 2] > 0)
        votes.append((len(parts), labels))
    points = np.zeros((17, 4))
    agreed = -np.ones((len(parts) + 1, 17))
    for k in range(17):
        rows = [(*v[k], family) for family, v in votes if v[k, 2] > 0]
        if not rows:
            continue
        near = NEAR[k] * size
        points[k, :3] = fuse_point(rows, near, alone)
        for x, y, _, family in rows:
            agreed[int(family), k] = np.hypot(x - points[k, 0], y - points[k, 1]) <= near
        scores = [np.clip(p[k, 2], 0, 1) for f, _, p in said if f == 0]
        points[k, 3] = np.mean(scores) if scores else 0.5
    return {"points": points, "swaps": swaps, "size": size, "agreed": agreed}


def enough(points):
    """Is enough of a person sure to learn from?"""
    sure = points[:, 2] > 0
    return sure.sum() >= 6 and sure[5:].sum() >= 5
