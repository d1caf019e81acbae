# SPDX-License-Identifier: Apache-2.0
"""PoseNet's multi-pose decoding in numpy, after PersonLab and the published demos."""

import heapq

import numpy as np

STRIDE, RADIUS = 16, 20
TREE = [(0, 1), (1, 3), (0, 2), (2, 4), (0, 5), (5, 7), (7, 9), (5, 11), (11, 13), (13, 15), (0, 6),
        (6, 8), (8, 10), (6, 12), (12, 14), (14, 16)]


def decode(logits, offsets, ways):
    """Maps as height x width x n -> [(17 x (x, y, score) in input pixels, score)]."""
    scores = 1 / (1 + np.exp(-logits))
    height, width, _ = scores.shape
    neighbours = {}
    for edge, (parent, child) in enumerate(TREE):
        neighbours.setdefault(parent, []).append((child, edge))
        neighbours.setdefault(child, []).append((parent, edge + 32))

    def cell(y, x):
        return (int(np.clip(np.floor(y / STRIDE + 0.5), 0, height - 1)),
                int(np.clip(np.floor(x / STRIDE + 0.5), 0, width - 1)))

    def refine(kind, y, x):
        row, column = cell(y, x)
        return (row * STRIDE + offsets[row, column, kind],
                column * STRIDE + offsets[row, column, kind + 17], scores[row, column, kind])

    def walk(kind, pose):
        for other, edge in neighbours[kind]:
            if pose[other] is not None:
                continue
            y, x, _ = pose[kind]
            row, column = cell(y, x)
            y, x = y + ways[row, column, edge], x + ways[row, column, edge + 16]
            for _ in range(2):
                y, x, score = refine(other, y, x)
            pose[other] = (y, x, score)
            walk(other, pose)

    queue = []
    for kind in range(17):
        plane = scores[:, :, kind]
        for row, column in zip(*np.nonzero(plane > 0.2)):
            around = plane[max(row - 1, 0):row + 2, max(column - 1, 0):column + 2]
            if plane[row, column] >= around.max():
                heapq.heappush(queue, (-plane[row, column], kind, row, column))
    people = []
    while queue:
        _, kind, row, column = heapq.heappop(queue)
        root = refine(kind, row * STRIDE, column * STRIDE)

        def taken(k, place):
            return any((p[k][0] - place[0]) ** 2 + (p[k][1] - place[1]) ** 2 <= RADIUS ** 2
                       for p, _ in people)

        if taken(kind, root):
            continue
        pose = [None] * 17
        pose[kind] = root
        walk(kind, pose)
        score = sum(p[2] for k, p in enumerate(pose) if not taken(k, p)) / 17
        people.append((pose, score))
    return [([(x, y, s) for y, x, s in pose], score) for pose, score in people if score >= 0.05]
