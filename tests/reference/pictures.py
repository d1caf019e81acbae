# SPDX-License-Identifier: Apache-2.0
"""Pictures into a network's input, as the usual scripts do it: Pillow, numpy and OpenCV."""

import cv2
import numpy as np
from PIL import Image, ImageOps


def read(path):
    """Upright RGB bytes."""
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))


def letterbox(picture, width, height, pad=0):
    """Aspect kept, in the middle, grey or black around. Also the way back: scale, left, top."""
    h, w = picture.shape[:2]
    scale = min(width / w, height / h)
    left, top = (width - w * scale) / 2, (height - h * scale) / 2
    # The middle of a pixel is half a pixel from its corner, there as here.
    matrix = np.array([[scale, 0, left + scale / 2 - 0.5], [0, scale, top + scale / 2 - 0.5]])
    out = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR,
                         borderMode=cv2.BORDER_CONSTANT, borderValue=(pad,) * 3)
    return out, (scale, left, top)


def cut(picture, box, width, height):
    """A box (x, y, w, h) and a quarter more, in the middle of the input's shape."""
    x, y, w, h = box
    scale = min(width / (w * 1.25), height / (h * 1.25))
    left, top = width / 2 - (x + w / 2) * scale, height / 2 - (y + h / 2) * scale
    matrix = np.array([[scale, 0, left + scale / 2 - 0.5], [0, scale, top + scale / 2 - 0.5]])
    out = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR,
                         borderMode=cv2.BORDER_CONSTANT)
    return out, (scale, left, top)


def back(x, y, way):
    scale, left, top = way
    return (x - left) / scale, (y - top) / scale
