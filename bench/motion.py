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
import pathlib
import statistics
import sys

import av
import numpy as np

from bench_kit import SHARED, STANCE, use_shared_models
from fast import oks, run

CLIPS = ["presenter.mp4", "squats_portrait_5fps.mp4", "jumping_jacks.mp4", "one_by_one_person.mp4",
         "sign_walk.mkv", "yoga_360.mp4"]
BLOCK = 8


def open_video(clip, **context):
    container = av.open(str(clip))
    stream = container.streams.video[0]
    for key, value in context.items():
        setattr(stream.codec_context, key, value)
    return container, stream


def read(clip):
    """The frames as they are shown, and {time stamp: place in the order of decoding}."""
    container, stream = open_video(clip, options={"flags2": "+export_mvs"})
    shown, order = [], {}
    with container:
        for packet in container.demux(stream):
            if packet.size:
                order[packet.pts] = len(order)
            for frame in packet.decode():
                shown.append((frame.pts, (frame.height // BLOCK + 2, frame.width // BLOCK + 2),
                              [v.to_ndarray().copy() for v in frame.side_data if "MOTION" in str(v.type)]))
    if None in order:
        sys.exit(f"{clip}: packets without time stamps: which frame is decoded when cannot be told")
    return shown, order


def references(clip):
    """Time stamps of the frames that others are predicted from: the decoder knows the rest."""
    container, stream = open_video(clip, skip_frame="NONREF")
    with container:
        return {frame.pts for frame in container.decode(stream)}


def nearest(i, way, decoded, is_reference):
    """Which shown frame the vectors of frame i lead to; way: -1 earlier, 1 later. None: none is there.

    A frame that is decoded later cannot be it. Also B-frames can be references.
    """
    k = i + way
    while 0 <= k < len(decoded):
        if is_reference[k] and decoded[k] < decoded[i]:
            return k
        k += way
    return None


def spread(vectors, shape):
    """The sum of the vectors of each block, in pixels, and how many there are."""
    total, n = np.zeros((*shape, 2)), np.zeros((*shape, 1))
    for w, h in {(int(v["w"]), int(v["h"])) for v in vectors[["w", "h"]]}:
        some = vectors[(vectors["w"] == w) & (vectors["h"] == h)]
        moved = np.stack([some["motion_x"], some["motion_y"]], 1) / np.maximum(1, some["motion_scale"])[:, None]
        left, top = (some["dst_x"] - w // 2) // BLOCK, (some["dst_y"] - h // 2) // BLOCK
        for down in range(max(1, h // BLOCK)):
            for right in range(max(1, w // BLOCK)):
                at = (np.clip(top + down, 0, shape[0] - 1), np.clip(left + right, 0, shape[1] - 1))
                np.add.at(total, at, moved)
                np.add.at(n, at, 1)
    return total, n


def fields(clip):
    """For each frame: where what is in each block goes from one shown frame to the next, in pixels.

    A vector leads to the frame that the block was predicted from, which is several frames away
    where there are B-frames: it is divided by that distance. libavcodec tells only the side
    (source: -1 earlier, 1 later), so the nearest reference on it is taken, which is what encoders
    use most. A block with both has their mean, one with none (of an I-frame) stands still.
    """
    shown, order = read(clip)
    known = references(clip)
    decoded, is_reference = [order[pts] for pts, _, _ in shown], [pts in known for pts, _, _ in shown]
    for i, (_, shape, sets) in enumerate(shown):
        total, n = np.zeros((*shape, 2)), np.zeros((*shape, 1))
        for vectors in sets:
            for way in (-1, 1):
                k = nearest(i, way, decoded, is_reference)
                some = vectors[np.sign(vectors["source"]) == way]
                if k is not None and len(some):
                    s, count = spread(some, shape)
                    total += s / (k - i)  # forwards in time, whichever way it leads
                    n += count
        yield total / np.maximum(1, n)


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
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--model", default="movenet-lightning-int8")
    parser.add_argument("clips", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    use_shared_models()
    print("| clip | every 2nd | every 4th | every 8th |\n|---|---|---|---|")
    for clip in args.clips or [SHARED / "data/videos" / c for c in CLIPS]:
        result, _ = run(args.stance, clip, args.model)
        motion = list(fields(clip))
        cells = ("{:.3f} / {:.3f}".format(*compare(result["frames"], motion, step)) for step in (2, 4, 8))
        print(f"| {clip.name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
