#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well a network finds drawn people, scene by scene and camera by camera.

    bench/drawn.py [--stance PROGRAM] [--model NAME] [--card FILE] [--detector NAME]
                   [--scenes A,B] [--cameras A,B] [--seeds N] [--seconds S] [--markdown]

Each clip is drawn, looked at by the network, and compared with its own truth: the mean
object keypoint similarity (OKS) over all frames and people in them, with COCO's constants,
over all points inside the picture, hidden ones too. A person's area is 0.53 times that of
the box, about what a body fills of it. Where nobody was found, a frame counts as 0.
"""

import argparse
import json
import math
import pathlib
import tempfile

from bench_kit import STANCE, Done, use_shared_models

SIGMAS = [0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107,
          0.107, 0.087, 0.087, 0.089, 0.089]
CAMERAS = ["front", "side", "oblique", "high"]


def oks(truth, found):
    area = 0.53 * truth["box"][2] * truth["box"][3]
    terms = []
    for sigma, t, f in zip(SIGMAS, truth["keypoints"], found):
        if t["visibility"] == "outside":
            continue
        if f["x"] is None:
            terms.append(0)
            continue
        d2 = (t["x"] - f["x"]) ** 2 + (t["y"] - f["y"]) ** 2
        terms.append(math.exp(-d2 / (2 * area * (2 * sigma) ** 2)) if area > 0 else 0)
    return sum(terms) / len(terms) if terms else None


def people_of(frame):
    if "people" in frame:
        return [p["keypoints"] for p in frame["people"]]
    return [frame["keypoints"]] if frame["keypoints"] else []


def best(truth, people):
    return max((oks(truth, p) or 0 for p in people), default=0)


def score(found, truth):
    """Mean over people in frames; a network for one person is asked for the best one."""
    single = found["meta"]["mode"] == "single"
    values = []
    for f, t in zip(found["frames"], truth["frames"]):
        assert f["frame_index"] == t["frame_index"]
        each = [best(person, people_of(f)) for person in t["people"]]
        values += [max(each)] if single and each else each
    return sum(values) / len(values) if values else float("nan"), len(values)


def run(args, address, folder):
    found, truth = folder / "found.json", folder / "truth.json"
    command = [args.stance, "run", address, "--json", found, "--truth", truth, "--quiet"]
    if args.model:
        command += ["--model", args.model]
    if args.card:
        command += ["--card", args.card]
    if args.detector:
        command += ["--detector", args.detector]
    Done(command)
    return score(json.loads(found.read_text()), json.loads(truth.read_text()))


def scenes(args):
    return [line.split()[0] for line in Done([args.stance, "mannequin", "--list"]).out.splitlines()]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--model")
    parser.add_argument("--card", help="of a network file that no known card describes")
    parser.add_argument("--detector", help="finds people for a network that follows one else; "
                        "then everybody counts")
    parser.add_argument("--scenes", type=lambda s: s.split(","))
    parser.add_argument("--cameras", type=lambda s: s.split(","), default=CAMERAS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--fps", type=float, default=15)
    parser.add_argument("--markdown", action="store_true")
    return parser.parse_args()


def main():
    args = parse()
    args.scenes = args.scenes or scenes(args)
    start, between, end = ("| ", " | ", " |") if args.markdown else ("", "  ", "")
    wide = max(map(len, args.scenes))
    print(start + between.join([" " * wide] + [f"{c:>7}" for c in args.cameras]) + end)
    if args.markdown:
        print("|" + "---|" * (1 + len(args.cameras)))
    use_shared_models()
    with tempfile.TemporaryDirectory(prefix="stance-drawn-") as name:
        for scene in args.scenes:
            row = []
            for camera in args.cameras:
                total, n = 0, 0
                for seed in range(1, args.seeds + 1):
                    address = (f"mannequin:{scene}?camera={camera}&seed={seed}"
                               f"&seconds={args.seconds}&fps={args.fps}")
                    mean, count = run(args, address, pathlib.Path(name))
                    if count:
                        total, n = total + mean * count, n + count
                row.append(f"{total / n:7.2f}" if n else "      -")
            print(start + between.join([f"{scene:{wide}}"] + row) + end, flush=True)


if __name__ == "__main__":
    main()
