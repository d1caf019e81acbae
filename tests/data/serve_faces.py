#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`stance serve --blur faces` with a film of a real person: in the video and the screenshots of
a job the face has lost its detail, and the rest of the picture has not."""

import io
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

need_shared()
try:
    import numpy as np
    from PIL import Image
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

CLIP = SHARED / "data/videos/presenter.mp4"
FRAMES = 10 if SANITIZED else 60
MODELS = {**ENV, "STANCE_MODEL_PATH": str(SHARED / "models")}
OPTIONS = f"people=one&model=movenet-lightning-int8&overlay=none&crf=12&every-s=0.2&max-frames={FRAMES}"


def do(at, options=OPTIONS):
    """Joints, frames and screenshots of a job."""
    job = at.json("POST", f"/api/jobs?{options}", CLIP.read_bytes(), status=202)["id"]
    done = at.wait(job, "done", "failed")
    equal((done["state"], done["frames"]), ("done", FRAMES), f"a job: {done['error']}")
    video, frames = TMP / "drawn.mp4", []
    video.write_bytes(at.ask("GET", done["results"]["video"])[2])
    for i in range(0, FRAMES, 6):
        ffmpeg("-i", video, "-vf", f"select=eq(n\\,{i})", "-frames:v", 1, TMP / "frame.png")
        frames.append((i, np.asarray(Image.open(TMP / "frame.png").convert("L"), float)))
    shots = [at.ask("GET", f"/api/jobs/{job}/screenshots/{n + 1}")[2] for n in range(done["screenshots"])]
    shots = [np.asarray(Image.open(io.BytesIO(shot)).convert("L"), float) for shot in shots]
    return at.json("GET", done["results"]["json"])["frames"], frames, shots


def head(frame):
    """Where nose, eyes and ears are, and how far apart."""
    points = np.array([[p["x"], p["y"]] for p in frame["keypoints"][:5]])
    return points.mean(axis=0), max(12.0, float(np.ptp(points[:, 0])) / 2)


def detail(grey, frame):
    """How much neighbouring pixels differ in the face, and in the lowest fifth of the picture."""
    (x, y), reach = head(frame)
    part = grey[int(y - reach):int(y + reach), int(x - reach):int(x + reach)]
    rest = grey[grey.shape[0] * 4 // 5:]
    return [float(np.abs(np.diff(a, axis=0)).mean() + np.abs(np.diff(a, axis=1)).mean()) for a in (part, rest)]


plain = Server(env=MODELS)
blurred = Server("--blur", "faces", "--data", TMP / "blurred", env=MODELS)
joints, seen, shots = do(plain)
for at, options, what in ((blurred, OPTIONS, "the server's option"), (blurred, OPTIONS + "&blur=none", "against a request"),
                          (plain, OPTIONS + "&blur=faces", "a request's own")):
    same, hidden, hidden_shots = do(at, options)
    equal([f["keypoints"] for f in same], [f["keypoints"] for f in joints], f"{what}: the joints")
    for (i, before), (_, after) in zip(seen, hidden):
        face, rest = zip(detail(before, joints[i]), detail(after, joints[i]))
        check(face[0] > 2 * face[1], f"{what}: a face in frame {i}: detail {face}")
        check(abs(rest[0] - rest[1]) < 0.1 * rest[0], f"{what}: the rest of frame {i}: detail {rest}")
    equal(len(hidden_shots), len(shots), f"{what}: screenshots")
    check(len(shots) >= 2 or SANITIZED, f"{what}: how many screenshots: {len(shots)}")
    every = [joints[min(FRAMES - 1, -(-i * 6 * 1000 // 1001))] for i in range(len(shots))]
    for n, (before, after, frame) in enumerate(zip(shots, hidden_shots, every)):
        face, rest = zip(detail(before, frame), detail(after, frame))
        check(face[0] > 2 * face[1], f"{what}: a face in screenshot {n + 1}: detail {face}")
        check(abs(rest[0] - rest[1]) < 0.1 * rest[0], f"{what}: the rest of screenshot {n + 1}: detail {rest}")
equal((plain.end(), blurred.end()), (0, 0), "SIGTERM")
finish()
