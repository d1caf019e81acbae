#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rtmlib's YOLOX detector on a clip: OpenCV reads, ONNX Runtime infers.

Only the first half of what rtmlib does: the pose network that it would run for each person
found is not among the networks at hand, so this is the least that it takes.

    rtmlib_boxes.py YOLOX.onnx CLIP OUT.json
"""

import json
import sys
import time

import cv2
from rtmlib import YOLOX

network, clip, out_json = sys.argv[1:4]
detector = YOLOX(network, model_input_size=(416, 416), backend="onnxruntime", device="cpu")
capture = cv2.VideoCapture(clip)
frames, start = [], None
while True:
    read, frame = capture.read()
    if not read:
        break
    start = start or time.monotonic()
    frames.append([[float(v) for v in box] for box in detector(frame)])
with open(out_json, "w", encoding="utf-8") as file:
    json.dump(frames, file)
print(json.dumps({"frames": len(frames), "seconds": time.monotonic() - start}), file=sys.stderr)
