#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The network on the same input tensors, beside LiteRT.

Pictures of 192 x 192 are the network's input as they are: stance looks at the whole of
each, and its joints are compared with those of the LiteRT interpreter, as shares of the
input's side. On average they differ by at most 1 %; and by hardly more than LiteRT's own
answers differ when one value of the input is changed by one, which is as much as can be
asked of this network (its outputs come in steps of 0.4 %, from cells of 2 %). Processors without
VNNI are allowed a quarter more.

Reds for blues must fail: the script tries it.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

try:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter
    from PIL import Image
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

NETWORK = "models/movenet-lightning-int8/lite-model_movenet_singlepose_lightning_tflite_int8_4.tflite"
N = 120
SEEN = 0.4


def tensors():
    """Squares around the people of the test pictures, the middles of pictures else."""
    found = sorted((SHARED / "data/lspet/images").glob("*.jpg"))
    found += sorted((SHARED / "data/people17/images").glob("*.jpg"))
    step = max(1, len(found) // N)
    for path in found[::step][:N]:
        picture = Image.open(path).convert("RGB")
        side = max(picture.size)
        square = Image.new("RGB", (side, side))
        square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
        yield np.asarray(square.resize((192, 192), Image.BILINEAR))


def litert(net, tensor):
    net.set_tensor(net.get_input_details()[0]["index"], tensor[None])
    net.invoke()
    out = net.get_tensor(net.get_output_details()[0]["index"])[0, 0]
    return np.stack([out[:, 1], out[:, 0], out[:, 2]], axis=1)


def run_stance(pictures, change):
    folder = TMP / "tensors"
    folder.mkdir(exist_ok=True)
    paths = []
    for i, picture in enumerate(pictures):
        paths.append(folder / f"{i:03}.png")
        Image.fromarray(change(picture)).save(paths[-1])
    js = TMP / "golden.json"
    stance("run", *paths, "--json", js, "--sequence", 1, "--crop", "whole", "--min-score", 0,
           what="tensors")
    return [np.array([[k["x"] / 192, k["y"] / 192, k["score"]] for k in f["keypoints"]])
            for f in read_json(js)["frames"]]


def apart(ours, theirs, what):
    """Mean differences of x and y, of all joints that both see."""
    off = []
    for a, b in zip(ours, theirs):
        both = (a[:, 2] > SEEN) & (b[:, 2] > SEEN)
        off.extend(np.abs(a[both, :2] - b[both, :2]))
    off = np.array(off)
    check(len(off) > N, f"{what}: only {len(off)} joints")
    print(f"{what}: {len(off)} joints, mean {100 * off.mean():.2f} % of the side in x and y, "
          f"distance mean {100 * np.hypot(*off.T).mean():.2f} %, median "
          f"{100 * np.median(np.hypot(*off.T)):.2f} %", flush=True)
    return off.mean()


need_shared()
net = Interpreter(str(SHARED / NETWORK), num_threads=2)
net.allocate_tensors()
pictures = list(tensors())
theirs = [litert(net, p) for p in pictures]
nudged = []
for p in pictures:
    changed = p.copy()
    changed[96, 96, 1] ^= 1
    nudged.append(litert(net, changed))
floor = apart(nudged, theirs, "LiteRT beside itself, one value changed by one")
ours = run_stance(pictures, lambda p: p)
mean = apart(ours, theirs, "stance beside LiteRT")
more = 1.25 if coarse_int8() else 1
check(mean <= 0.01 * more, f"expected at most {more} % on average, found {100 * mean:.2f} %")
check(mean <= 1.25 * more * floor, f"{mean / floor:.2f} times the network's own unrest")
swapped = apart(run_stance(pictures, lambda p: np.ascontiguousarray(p[:, :, ::-1])), theirs,
                "red and blue swapped")
check(swapped > 1.25 * floor and swapped > 0.01, "swapped colours are not noticed")
finish()
