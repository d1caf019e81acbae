#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether a video's own motion vectors would fill in better than a straight line does.

    bench/motion.py [--stance PROGRAM] [--model NAME] [CLIP...]

Of the result that looks at every frame only every 2nd, 4th and 8th is kept. Those between are
filled in twice: on a straight line; and carried on from frame to frame by the motion vectors
around each joint (the median of 3 x 3 blocks of 8 pixels), what is then missing to the next look
being spread over the way. The numbers are mean OKS to what was seen, as in bench/fast.py. Needs
PyAV, which is in bench/requirements.txt.
"""

import argparse
import os
import pathlib
import statistics
import tempfile

import av
import numpy as np

from fast import ROOT, SHARED, oks, run

CLIPS = ["presenter.mp4", "squats_portrait_5fps.mp4", "jumping_jacks.mp4", "one_by_one_person.mp4",
         "sign_walk.mkv", "yoga_360.mp4"]
BLOCK = 8


def fields(clip):
    """For each frame: where what is in each block went since the frame before, in pixels."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"flags2": "+export_mvs"}
        for frame in container.decode(stream):
            field = np.zeros((frame.height // BLOCK + 2, frame.width // BLOCK + 2, 2))
            for side in frame.side_data:
                if "MOTION" not in str(side.type):
                    continue
                for v in side.to_ndarray():
                    if v["source"] >= 0:  # from a later frame
                        continue
                    w, h = int(v["w"]), int(v["h"])
                    x, y = max(0, int(v["dst_x"]) - w // 2), max(0, int(v["dst_y"]) - h // 2)
                    scale = max(1, int(v["motion_scale"]))
                    field[y // BLOCK:(y + h - 1) // BLOCK + 1, x // BLOCK:(x + w - 1) // BLOCK + 1] = \
                        -v["motion_x"] / scale, -v["motion_y"] / scale
            yield field


def carried(points, field):
    """Points (17, 2) one frame later."""
    out = points.copy()
    for k, (x, y) in enumerate(points):
        if not np.isnan(x):
            i = int(np.clip(y // BLOCK, 0, field.shape[0] - 1))
            j = int(np.clip(x // BLOCK, 0, field.shape[1] - 1))
            around = field[max(0, i - 1):i + 2, max(0, j - 1):j + 2]
            out[k] += np.median(around.reshape(-1, 2), axis=0)
    return out


def as_keypoints(points):
    return [{"x": None if np.isnan(x) else x, "y": y} for x, y in points]


def compare(frames, motion, step):
    """Mean OKS of frames filled in on a straight line, and by motion vectors."""
    n = min(len(frames), len(motion))
    seen = np.full((n, 17, 2), np.nan)
    for i, frame in enumerate(frames[:n]):
        for k, point in enumerate(frame["keypoints"] or []):
            if point["x"] is not None:
                seen[i, k] = point["x"], point["y"]
    straight, moved = [], []
    for a in range(0, n - step, step):
        b = a + step
        if np.isnan(seen[a]).all() or np.isnan(seen[b]).all():
            continue
        way = [seen[a]]
        for i in range(a + 1, b + 1):
            way.append(carried(way[-1], motion[i]))
        missing = seen[b] - way[-1]
        for i in range(a + 1, b):
            share, truth = (i - a) / step, frames[i]["keypoints"]
            if not truth:
                continue
            for values, points in ((straight, seen[a] + (seen[b] - seen[a]) * share),
                                   (moved, way[i - a] + missing * share)):
                value = oks(truth, as_keypoints(points))
                if value is not None:
                    values.append(value)
    return statistics.mean(straight), statistics.mean(moved)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stance", default=str(ROOT / "build/release/stance"))
    parser.add_argument("--model", default="movenet-lightning-int8")
    parser.add_argument("clips", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    os.environ.setdefault("STANCE_MODEL_PATH", str(SHARED / "models"))
    print("| clip | every 2nd | every 4th | every 8th |\n|---|---|---|---|")
    for clip in args.clips or [SHARED / "data/videos" / c for c in CLIPS]:
        with tempfile.TemporaryDirectory() as folder:
            result, _ = run(args.stance, clip, args.model, pathlib.Path(folder), "every", [])
        motion = list(fields(clip))
        cells = ("{:.3f} / {:.3f}".format(*compare(result["frames"], motion, step)) for step in (2, 4, 8))
        print(f"| {clip.name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
