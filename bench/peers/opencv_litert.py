#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The usual Python script: OpenCV reads the video, LiteRT runs MoveNet, ffmpeg writes.

As it is found in tutorials: the whole picture with black bars for every frame, joints drawn
with cv2. The video goes through a pipe to ffmpeg, because OpenCV's packages cannot write
H.264, and the same codec and quality are to be compared. Times after start go to standard error
as JSON, for bench/run.py.

    opencv_litert.py NETWORK CLIP OUT.json [OUT.mp4]
"""

import json
import os
import subprocess
import sys
import time

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

EDGES = [(0, 1), (0, 2), (1, 3), (2, 4), (5, 7), (7, 9), (6, 8), (8, 10), (5, 6), (5, 11),
         (6, 12), (11, 12), (11, 13), (13, 15), (12, 14), (14, 16)]

network, clip, out_json = sys.argv[1:4]
out_video = sys.argv[4] if len(sys.argv) > 4 else None
interpreter = Interpreter(network, num_threads=len(os.sched_getaffinity(0)))
interpreter.allocate_tensors()
source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
side = source["shape"][1]
capture = cv2.VideoCapture(clip)
fps = capture.get(cv2.CAP_PROP_FPS)
writer = None
frames = []
start = None
while True:
    read, frame = capture.read()
    if not read:
        break
    start = start or time.monotonic()
    height, width = frame.shape[:2]
    scale = side / max(height, width)
    w, h = round(width * scale), round(height * scale)
    left, top = (side - w) // 2, (side - h) // 2
    picture = np.zeros((side, side, 3), np.uint8)
    picture[top : top + h, left : left + w] = cv2.resize(
        cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), (w, h)
    )
    interpreter.set_tensor(source["index"], picture[None].astype(source["dtype"]))
    interpreter.invoke()
    points = interpreter.get_tensor(target["index"])[0, 0]
    xs = (points[:, 1] * side - left) / scale
    ys = (points[:, 0] * side - top) / scale
    frames.append([[float(x), float(y), float(s)] for x, y, s in zip(xs, ys, points[:, 2])])
    if out_video:
        for a, b in EDGES:
            if points[a, 2] > 0.2 and points[b, 2] > 0.2:
                cv2.line(frame, (int(xs[a]), int(ys[a])), (int(xs[b]), int(ys[b])),
                         (255, 255, 0), 2)
        for x, y, s in zip(xs, ys, points[:, 2]):
            if s > 0.2:
                cv2.circle(frame, (int(x), int(y)), 4, (0, 255, 0), -1)
        if writer is None:
            writer = subprocess.Popen(
                ["ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s",
                 f"{width}x{height}", "-r", str(fps), "-i", "-", "-pix_fmt", "yuv420p", "-c:v",
                 "libx264", "-crf", "23", "-preset", "medium", out_video], stdin=subprocess.PIPE)
        writer.stdin.write(frame)
if writer:
    writer.stdin.close()
    writer.wait()
with open(out_json, "w", encoding="utf-8") as file:
    json.dump(frames, file)
print(json.dumps({"frames": len(frames), "seconds": time.monotonic() - start}), file=sys.stderr)
