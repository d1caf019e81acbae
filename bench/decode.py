#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What decoding costs: from a network's outputs to people, beside the inference before it.

    bench/decode.py [--stance PROGRAM] [--json FILE] [NETWORK...]

Each network that is here looks at labelled pictures with one person and with eight or more;
its outputs are recorded and decoded again several times, so that other work on the machine
counts less. Of families whose networks are not here, outputs with as many people are made.
Prints medians for one picture. Decoding should cost less than a tenth of the inference.
"""

import argparse
import collections
import json
import pathlib
import statistics
import sys
import tempfile

from bench_kit import Done, Failed, ROOT, SHARED, STANCE, run_stance, use_shared_models

SET = SHARED / "data/coco_kpt"
TURNS, MOST_PICTURES = 5, 12
sys.path.insert(0, str(ROOT / "tests"))


def run(stance, *args, folder):
    return run_stance(stance, folder, *args)[0]["stages"]


def pictures(folder):
    """Folders of pictures with one person, and with many."""
    data = json.loads((SET / "person_keypoints.json").read_text())
    n = collections.Counter(a["image_id"] for a in data["annotations"] if not a["iscrowd"])
    sets = {"one person": folder / "one", "eight or more": folder / "many"}
    for path in sets.values():
        path.mkdir()
    for image in data["images"]:
        at = sets["one person"] if n[image["id"]] == 1 else sets["eight or more"]
        if (n[image["id"]] == 1 or n[image["id"]] >= 8) and \
                len(list(at.iterdir())) < MOST_PICTURES:
            (at / image["file_name"]).symlink_to(SET / "images" / image["file_name"])
    return sets


def networks(stance, wanted):
    listed = json.loads(Done([stance, "models", "list", "--json"]).out)
    return [m["name"] for m in listed if m["state"] == "here" and (not wanted or m["name"] in wanted)]


def measure(stance, name, images, folder):
    """Milliseconds for a picture: inference and decoding."""
    tensors = folder / "tensors"
    card = ROOT / f"models/{name}.json"
    try:
        seen = run(stance, images, "--model", name, "--crop", "whole", "--record", tensors,
                   folder=folder)["inference"]
        decoded = [run(stance, images, "--card", card, "--engine", "replay", "--crop", "whole",
                       "--replay", tensors, folder=folder)["postprocess"] for _ in range(TURNS)]
    except Failed:  # it runs with another one, and a recording is that of one
        stages = run(stance, images, "--model", name, folder=folder)
        seen, decoded = stages["inference"], [stages["postprocess"]]
    return (seen["median_ms"], statistics.median(d["median_ms"] for d in decoded),
            max(d["p95_ms"] for d in decoded))


def made(n):
    """Outputs with n people for families whose networks are not here."""
    import numpy as np
    chance = np.random.default_rng(n)

    def f32(*shape):
        return chance.uniform(0, 0.04, shape).astype(np.float32)

    boxes = f32(1, 10 * n, 5)
    boxes[0, :, :2] = chance.uniform(0, 500, (10 * n, 2))
    boxes[0, :, 2:4] = boxes[0, :, :2] + 100
    boxes[0, :, 4] = chance.uniform(0, 1, 10 * n)
    yolo = f32(1, 56, 8400)
    yolo[0, :5, :20 * n] = chance.uniform(20, 600, (5, 20 * n))
    yolo[0, 4, :20 * n] = chance.uniform(0, 1, 20 * n)
    return {
        "rtmpose-t": [f32(1, 17, 384), f32(1, 17, 512)],
        "rtmpose-x-halpe26": [f32(1, 26, 576), f32(1, 26, 768)],
        "rtmo-s": [boxes, f32(1, 10 * n, 17, 3)],
        "yolov8n-pose": [yolo],
        "movenet-multipose-lightning-f16": [f32(1, 6, 56)],
        "posenet-mobilenet-100": [f32(1, 9, 9, k) - 3 for k in (17, 34, 32, 32)],
    }


def measure_made(stance, name, record, folder):
    from replay import write_blank, write_tensors
    path = ROOT / f"models/{name}.json"
    card = json.loads(path.read_text())
    width, height = card["input"]["width"], card["input"]["height"]
    outputs = [(o.get("name", ""), a.dtype.name, o["shape"])
               for o, a in zip(card["outputs"], record)]
    shape = (1, 3, height, width) if card["input"]["layout"] == "NCHW" else (1, height, width, 3)
    write_tensors(folder / "tensors", [("input", "float32", shape)], outputs, [record] * 40)
    write_blank(folder / "blank.y4m", width, height, 40)
    decoded = run(stance, folder / "blank.y4m", "--card", path, "--engine", "replay", "--crop",
                  "whole", "--replay", folder / "tensors", folder=folder)["postprocess"]
    return decoded["median_ms"], decoded["p95_ms"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--stance", default=STANCE)
    arguments.add_argument("--json", type=pathlib.Path)
    arguments.add_argument("networks", nargs="*")
    arguments = arguments.parse_args()
    if not SET.is_dir():
        sys.exit(f"bench: no pictures in {SET}")
    use_shared_models()
    result = {}
    print(f"{'':34} {'':14} {'inference':>11} {'decoding':>11} {'p95':>9} {'share':>8}")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for what, images in pictures(folder).items():
            for name in networks(arguments.stance, arguments.networks):
                inference, decoding, worst = measure(arguments.stance, name, images, folder)
                result[f"{name}, {what}"] = {"inference_ms": inference, "decoding_ms": decoding,
                                             "decoding_p95_ms": worst}
                print(f"{name:34} {what:14} {inference:8.2f} ms {decoding:8.3f} ms {worst:6.2f} ms "
                      f"{decoding / inference:8.2%}", flush=True)
        for what, n in (("one person", 1), ("ten, made", 10)):
            for name, record in made(n).items():
                if arguments.networks and name not in arguments.networks:
                    continue
                decoding, worst = measure_made(arguments.stance, name, record, folder)
                result[f"{name}, {what}"] = {"decoding_ms": decoding, "decoding_p95_ms": worst}
                print(f"{name:34} {what:14} {'not here':>11} {decoding:8.3f} ms {worst:6.2f} ms",
                      flush=True)
    slow = [k for k, v in result.items()
            if "inference_ms" in v and v["decoding_ms"] > v["inference_ms"] / 10]
    print(f"more than a tenth of the inference: {', '.join(slow) or 'none'}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2))
    sys.exit(1 if slow else 0)


main()
