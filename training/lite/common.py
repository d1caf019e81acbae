# SPDX-License-Identifier: Apache-2.0
"""Names of points, folders, and calls of the stance program, for all steps.

Places are in pixels of the picture, x right, y down, from the outer corner of the top left
pixel: the middle of that pixel is (0.5, 0.5). OpenCV counts from that middle, which
`lite.views` and `lite.augment` take into account.
"""

import argparse
import hashlib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

POINTS = ["nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder",
          "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip",
          "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"]
# Where each point is in a mirrored picture.
MIRROR = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
BONES = [(0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11),
         (6, 12), (11, 12), (11, 13), (13, 15), (12, 14), (14, 16)]
# COCO's spread of each point's labels, for object keypoint similarity (OKS).
SIGMAS = [.026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087,
          .087, .089, .089]


def fail(text):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {text}")


def say(text):
    print(f"{text}\n", end="", flush=True)  # in one piece, when several threads say something


def default_work():
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "stance/training"


def default_shared():
    return pathlib.Path(os.environ.get("STANCE_SHARED", ROOT / "../shared")).resolve()


def parser(text):
    """An argument parser with what every step has."""
    made = argparse.ArgumentParser(description=text,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--work", type=pathlib.Path, default=default_work(), metavar="FOLDER",
                      help="where everything is kept that the steps make (default: %(default)s)")
    made.add_argument("--shared", type=pathlib.Path, default=default_shared(), metavar="FOLDER",
                      help="folder with data/ and models/ (default: %(default)s)")
    made.add_argument("--stance", default=os.environ.get(
        "STANCE", str(ROOT / "build/release/stance")), metavar="PROGRAM",
        help="the stance program (default: %(default)s)")
    return made


def need(path, what):
    """@return the path, which has to be there"""
    path = pathlib.Path(path)
    if not path.exists():
        fail(f"{path}: expected {what}, found nothing")
    return path


def stance(args, *words, store=None):
    """Runs the program to its end; what it prints is returned.

    @param store a folder with networks, besides those that are there anyway"""
    need(args.stance, "the stance program (build it with 'make', or name it with --stance)")
    environment = dict(os.environ)
    environment.setdefault("STANCE_MODEL_PATH", str(args.shared / "models"))
    if store:
        environment["STANCE_MODEL_PATH"] += f":{store}"
    done = subprocess.run([args.stance, *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=environment, check=False)
    if done.returncode:
        fail(f"stance {' '.join(map(str, words))}: exit status {done.returncode}\n"
             f"{done.stderr.strip()}")
    return done.stdout


def excluded():
    """Photos of the pool that are not trained on: excluded.txt says why."""
    lines = (ROOT / "training/excluded.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def held_out(name):
    """Is this photo kept for validation? By its name, so that it is the same in each run."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 100 < 5
