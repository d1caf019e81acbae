#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""MediaPipe's PoseLandmarker on a clip, as its own example does it: OpenCV reads.

The task bundle is made of the two BlazePose networks, as an archive without compression.
Times after start go to standard error as JSON, for bench/run.py.

    mediapipe_pose.py DETECTOR.tflite LANDMARKS.tflite CLIP OUT.json NUM_POSES
"""

import json
import pathlib
import sys
import tempfile
import time
import zipfile

import cv2
import mediapipe as mp
from mediapipe.tasks import python as tasks
from mediapipe.tasks.python import vision

detector, landmarks, clip, out_json, num_poses = sys.argv[1:6]
bundle = pathlib.Path(tempfile.mkdtemp()) / "pose.task"
with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
    archive.write(detector, "pose_detector.tflite")
    archive.write(landmarks, "pose_landmarks_detector.tflite")
options = vision.PoseLandmarkerOptions(
    base_options=tasks.BaseOptions(model_asset_path=str(bundle)),
    running_mode=vision.RunningMode.VIDEO, num_poses=int(num_poses))
frames, start = [], None
with vision.PoseLandmarker.create_from_options(options) as landmarker:
    capture = cv2.VideoCapture(clip)
    fps = capture.get(cv2.CAP_PROP_FPS) or 30
    while True:
        read, frame = capture.read()
        if not read:
            break
        start = start or time.monotonic()
        image = mp.Image(image_format=mp.ImageFormat.SRGB,
                         data=cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        found = landmarker.detect_for_video(image, int(len(frames) * 1000 / fps))
        frames.append([[[p.x, p.y, p.visibility] for p in pose] for pose in found.pose_landmarks])
with open(out_json, "w", encoding="utf-8") as file:
    json.dump(frames, file)
seen = sum(bool(f) for f in frames)
print(json.dumps({"frames": len(frames), "seen": seen, "seconds": time.monotonic() - start}),
      file=sys.stderr)
