# SPDX-License-Identifier: Apache-2.0
"""Sheets of pictures with points drawn into them, to look at."""

import cv2
import numpy as np

from . import common

LEFT, RIGHT, MIDDLE = (80, 220, 80), (60, 90, 255), (255, 200, 60)


def colour(k):
    return MIDDLE if k == 0 else LEFT if k % 2 else RIGHT


def draw(picture, points, weights, least=0.0):
    """Bones and points into a picture; a small ring where the weight is low."""
    for a, b in common.BONES:
        if weights[a] > least and weights[b] > least:
            cv2.line(picture, *[tuple(int(v) for v in points[i]) for i in (a, b)],
                     colour(max(a, b)), 1, cv2.LINE_AA)
    for k, (x, y) in enumerate(points):
        if weights[k] > least:
            cv2.circle(picture, (int(x), int(y)), 3, colour(k), -1 if weights[k] > 0.5 else 1,
                       cv2.LINE_AA)
    return picture


def write(path, tiles, columns):
    """Tiles of one size, side by side."""
    blank = np.zeros_like(tiles[0])
    tiles = tiles + [blank] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[i:i + columns]) for i in range(0, len(tiles), columns)]
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 85])


def fit(picture, points, size):
    """A picture and its points, shrunk or grown into a square."""
    h, w = picture.shape[:2]
    scale = size / max(h, w)
    tile = np.zeros((size, size, 3), np.uint8)
    small = cv2.resize(picture, (max(1, int(w * scale)), max(1, int(h * scale))))
    tile[:small.shape[0], :small.shape[1]] = small
    return tile, points * scale


def of_labels(path, folder, files, points, count=48, size=200):
    tiles = []
    for i in np.random.default_rng(1).permutation(len(files))[:count]:
        tile, places = fit(cv2.imread(str(folder / files[i])), points[i, :, :2], size)
        tiles.append(draw(tile, places, points[i, :, 2]))
    if tiles:
        write(path, tiles, 8)


def of_people(path, folder, files, points, found, count=64, size=160):
    """As of_labels, but only the part of the photo around each person's box."""
    tiles = []
    for i in np.random.default_rng(1).permutation(len(files))[:count]:
        x0, y0, x1, y1 = found[i]
        grow = 0.15 * max(x1 - x0, y1 - y0)
        low = np.maximum([x0 - grow, y0 - grow], 0).astype(int)
        part = cv2.imread(str(folder / files[i]))[low[1]:int(y1 + grow), low[0]:int(x1 + grow)]
        tile, places = fit(part, points[i, :, :2] - low, size)
        tiles.append(draw(tile, places, points[i, :, 2]))
    if tiles:
        write(path, tiles, 8)


def boxes(picture, rows, scale=1.0, found=False):
    """Boxes into a picture: green is a person, grey is in doubt, red was found."""
    for x0, y0, x1, y1, sure in rows:
        colour_of = RIGHT if found else LEFT if sure > 0 else (150, 150, 150)
        cv2.rectangle(picture, (round(x0 * scale), round(y0 * scale)),
                      (round(x1 * scale) - 1, round(y1 * scale) - 1), colour_of, 1)
    return picture


def of_boxes(path, folder, files, labels, count=64, size=200):
    tiles = []
    for i in np.random.default_rng(1).permutation(len(files))[:count]:
        picture = cv2.imread(str(folder / files[i]))
        tile, _ = fit(picture, np.zeros((0, 2)), size)
        tiles.append(boxes(tile, labels[i], size / max(picture.shape[:2])))
    if tiles:
        write(path, tiles, 8)
