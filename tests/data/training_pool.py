# SPDX-License-Identifier: Apache-2.0
"""Nothing that the built-in network is judged by was trained on.

Every evaluation photo is looked for among the photos of the training pool: the same bytes, or
pictures that look the same, also mirrored. Alike are two pictures whose 64-bit hash of the lowest
frequencies (a "pHash": signs of an 8 x 8 corner of the cosine transform) differs in at most 10 bits
and whose small grey versions agree as well, since flat pictures share a hash by chance. What
training/excluded.txt names is left out of training, so it is not looked at. And the code of training/ names no folder of test data but the pool; only its step `evaluate` may.
"""

import hashlib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from kit import *  # noqa: E402,F403

try:
    import cv2
    import numpy as np
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

need_shared()
DATA = SHARED / "data"
SETS = ["coco_kpt", "lspet", "fashion17", "people17", "yoga5", "small_sets"]
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
NEAR = 10      # of 64 bits
ALIKE = 0.9    # correlation of 32 x 32 grey values


def pictures(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)


def signs(grey):
    """64 bits: which of the lowest frequencies are above their median."""
    low = cv2.dct(grey)[:8, :8].flatten()
    return low > np.median(low[1:])


def look(path):
    """@return (sha256, hash, hash of the mirror image, small grey version)"""
    data = path.read_bytes()
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    check(picture is not None, f"{path}: expected a picture, could not read one")
    grey = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    return (hashlib.sha256(data).hexdigest(), signs(grey),
            signs(np.ascontiguousarray(grey[:, ::-1])), grey)


def correlation(a, b):
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / max(1e-6, np.sqrt((a * a).sum() * (b * b).sum())))


def same(one, other):
    """Do two looks show one picture, or one and its mirror image?"""
    return max(correlation(one[3], other[3]), correlation(one[3], other[3][:, ::-1])) > ALIKE


def compare(training, judged):
    """@return pairs of files that are the same picture"""
    by_bytes = {look[0]: path for path, look in training}
    bits = np.packbits([look[1] for _, look in training], axis=1).view(np.uint64)[:, 0]
    found = []
    for path, one in judged:
        if one[0] in by_bytes:
            found.append((path, by_bytes[one[0]]))
            continue
        for code in (one[1], one[2]):
            mine = np.packbits(code).view(np.uint64)[0]
            apart = np.bitwise_count(bits ^ mine)
            found += [(path, training[i][0]) for i in np.flatnonzero(apart <= NEAR)
                      if same(one, training[i][1])]
    return found


def finds_what_it_looks_for(training):
    """The comparison itself: a photo that was scaled, saved anew and mirrored is found."""
    path = training[len(training) // 2][0]
    picture = cv2.imread(str(path))
    for name, other in (("smaller", cv2.resize(picture, None, fx=0.7, fy=0.7,
                                               interpolation=cv2.INTER_AREA)),
                        ("mirrored", picture[:, ::-1])):
        copy = TMP / f"{name}.jpg"
        cv2.imwrite(str(copy), other, [cv2.IMWRITE_JPEG_QUALITY, 60])
        check(path in [p for _, p in compare(training, [(copy, look(copy))])],
              f"{path}: its copy, {name}, was not found")


def code_keeps_to_the_pool():
    others = "|".join([*SETS, "videos", "urfall", "mot", "pose_csv"])
    for path in sorted((ROOT / "training").rglob("*")):
        if not path.is_file() or path.suffix in (".md", ".txt", ".pyc", ".npz"):
            continue
        if path.name == "evaluate":
            continue
        named = re.findall(rf"[\"'/]({others})[\"'/]", path.read_text(encoding="utf-8"))
        # A folder of the pool itself is called yoga5, too.
        check(not [n for n in named if n != "yoga5"], f"{path}: names test data: {named}")


def main():
    lines = (ROOT / "training/excluded.txt").read_text(encoding="utf-8").splitlines()
    pool = [p for p in pictures(DATA / "train_pool/images")
            if str(p.relative_to(DATA / "train_pool/images")) not in lines]
    check(len(pool) > 1000, f"the pool: expected thousands of photos, found {len(pool)}")
    training = [(p, look(p)) for p in pool]
    finds_what_it_looks_for(training)
    for name in SETS:
        judged = [(p, look(p)) for p in pictures(DATA / name)]
        check(judged, f"{DATA / name}: expected photos, found none")
        found = compare(training, judged)
        for one, other in found[:10]:
            print(f"{one.relative_to(DATA)} is {other.relative_to(DATA)}")
        equal(len(found), 0, f"{name}: photos that are in the training pool")
        print(f"{name}: {len(judged)} photos, none of them among {len(training)}")
    code_keeps_to_the_pool()


main()
finish()
