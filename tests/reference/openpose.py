# SPDX-License-Identifier: Apache-2.0
"""OpenPose in numpy: maps enlarged four times, peaks, fields, grouping.

Written after the description of the method (Cao et al., 2017) and the limits of
lightweight-human-pose-estimation; shares nothing with stance's own decoder, which never
enlarges a map.
"""

import cv2
import numpy as np

NAMES = ("nose neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist "
         "right_hip right_knee right_ankle left_hip left_knee left_ankle right_eye left_eye "
         "right_ear left_ear").split()
LIMBS = [(1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12),
         (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17), (2, 16), (5, 17)]
FIELDS = [12, 20, 14, 16, 22, 24, 0, 2, 4, 6, 8, 10, 28, 30, 34, 32, 36, 18, 26]
FINE = 4


def peaks_of(heatmap):
    """(x, y, score) of places above 0.1 that none of their four neighbours exceeds; of two
    nearer than six fine cells the better one stays."""
    padded = np.pad(heatmap, 1, constant_values=-np.inf)
    middle = padded[1:-1, 1:-1]
    top = ((middle > 0.1) & (middle > padded[:-2, 1:-1]) & (middle > padded[2:, 1:-1])
           & (middle > padded[1:-1, :-2]) & (middle > padded[1:-1, 2:]))
    found = sorted(((heatmap[y, x], x, y) for y, x in zip(*np.nonzero(top))), reverse=True)
    kept = []
    for score, x, y in found:
        if all((x - a) ** 2 + (y - b) ** 2 >= 36 for a, b, _ in kept):
            kept.append((x, y, score))
    return kept


def agreement(fields, limb, a, b):
    line = np.array([b[0] - a[0], b[1] - a[1]], float)
    length = np.linalg.norm(line)
    if length == 0:
        return 0
    line /= length
    xs = np.round(np.linspace(a[0], b[0], 10)).astype(int)
    ys = np.round(np.linspace(a[1], b[1], 10)).astype(int)
    along = fields[ys, xs, FIELDS[limb]] * line[0] + fields[ys, xs, FIELDS[limb] + 1] * line[1]
    good = along[along > 0.05]
    return good.mean() if len(good) > 8 else 0


def decode(heatmaps, fields):
    """Maps as height x width x n -> people: {point: (x, y, score)} in fractions, and a score."""
    heatmaps = cv2.resize(heatmaps[:, :, :18], None, fx=FINE, fy=FINE, interpolation=cv2.INTER_CUBIC)
    fields = np.dstack([cv2.resize(fields[:, :, i:i + 19], None, fx=FINE, fy=FINE,
                                   interpolation=cv2.INTER_CUBIC) for i in (0, 19)])
    height, width = heatmaps.shape[:2]
    peaks = [peaks_of(heatmaps[:, :, k]) for k in range(18)]
    people = []  # {"points": {kind: number}, "sum", "n"}
    for limb, (ka, kb) in enumerate(LIMBS):
        pairs = []
        for i, a in enumerate(peaks[ka]):
            for j, b in enumerate(peaks[kb]):
                score = agreement(fields, limb, a, b)
                if score > 0:
                    pairs.append((score, i, j))
        used_a, used_b = set(), set()
        for score, i, j in sorted(pairs, reverse=True):
            if i in used_a or j in used_b:
                continue
            used_a.add(i)
            used_b.add(j)
            joined = False
            for p in people:
                if limb >= 17:
                    if p["points"].get(ka) == i and kb not in p["points"]:
                        p["points"][kb] = j
                    elif p["points"].get(kb) == j and ka not in p["points"]:
                        p["points"][ka] = i
                elif p["points"].get(ka) == i:
                    p["n"] += kb not in p["points"]
                    p["points"][kb] = j
                    p["sum"] += peaks[kb][j][2] + score
                    joined = True
            if not joined and limb < 17:
                people.append({"points": {ka: i, kb: j}, "n": 2,
                               "sum": peaks[ka][i][2] + peaks[kb][j][2] + score})
    found = []
    for p in people:
        if p["n"] < 3 or p["sum"] / p["n"] < 0.2:
            continue
        points = {NAMES[k]: ((peaks[k][i][0] + 0.5) / width, (peaks[k][i][1] + 0.5) / height,
                             float(peaks[k][i][2])) for k, i in p["points"].items()}
        found.append((points, p["sum"] / 35))
    return found
