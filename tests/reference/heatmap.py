# SPDX-License-Identifier: Apache-2.0
"""Single-person heatmaps in numpy: quarter offset, and DARK after Zhang et al. (2020)."""

import cv2
import numpy as np


def quarter(heatmap):
    height, width = heatmap.shape
    y, x = np.unravel_index(np.argmax(heatmap), heatmap.shape)
    dx = dy = 0.0
    if 0 < x < width - 1 and 0 < y < height - 1:
        dx = 0.25 * np.sign(heatmap[y, x + 1] - heatmap[y, x - 1])
        dy = 0.25 * np.sign(heatmap[y + 1, x] - heatmap[y - 1, x])
    return x + dx, y + dy, heatmap.max()


def dark(heatmap):
    height, width = heatmap.shape
    y, x = np.unravel_index(np.argmax(heatmap), heatmap.shape)
    if not (2 <= x < width - 2 and 2 <= y < height - 2):
        return float(x), float(y), heatmap.max()
    padded = np.pad(heatmap.astype(np.float64), 1)
    soft = cv2.GaussianBlur(padded, (3, 3), 0)[1:-1, 1:-1]
    log = np.log(np.maximum(soft, 1e-10))
    slope = np.array([(log[y, x + 1] - log[y, x - 1]) / 2, (log[y + 1, x] - log[y - 1, x]) / 2])
    bend = np.array([
        [(log[y, x + 2] - 2 * log[y, x] + log[y, x - 2]) / 4,
         (log[y + 1, x + 1] - log[y - 1, x + 1] - log[y + 1, x - 1] + log[y - 1, x - 1]) / 4],
        [0, (log[y + 2, x] - 2 * log[y, x] + log[y - 2, x]) / 4]])
    bend[1, 0] = bend[0, 1]
    if abs(np.linalg.det(bend)) < 1e-12:
        return float(x), float(y), heatmap.max()
    off = -np.linalg.solve(bend, slope)
    if np.abs(off).max() > 2:
        return float(x), float(y), heatmap.max()
    return x + off[0], y + off[1], heatmap.max()
