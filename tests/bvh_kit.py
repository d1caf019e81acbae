# SPDX-License-Identifier: Apache-2.0
"""What tests of BVH share: the public reader takes a file apart, and its turns are carried
out here, independent of ours."""

import math
import pathlib

from kit import check, equal, skip

try:
    import bvh
    import numpy as np
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")



def turn(axis, deg):
    c, s = math.cos(math.radians(deg)), math.sin(math.radians(deg))
    i = "XYZ".index(axis)
    m = np.eye(3)
    j, k = (i + 1) % 3, (i + 2) % 3
    m[j, j] = m[k, k] = c
    m[j, k], m[k, j] = -s, s
    return m


def bvh_places(motion, row):
    """Joint name -> place."""
    places, turns = {}, {}
    for joint in motion.get_joints():
        parent = motion.joint_parent(joint.name)
        offset = np.array(motion.joint_offset(joint.name))
        own = np.eye(3)
        for channel in motion.joint_channels(joint.name):
            value = motion.frame_joint_channel(row, joint.name, channel)
            if channel.endswith("rotation"):
                own = own @ turn(channel[0], value)
            else:
                offset["XYZ".index(channel[0])] += value
        above = turns[parent.name] if parent else np.eye(3)
        places[joint.name] = (places[parent.name] if parent else 0) + above @ offset
        turns[joint.name] = above @ own
    return places


BONES = [("LeftUpLeg", "LeftLeg"), ("LeftLeg", "LeftFoot"), ("RightUpLeg", "RightLeg"),
         ("RightLeg", "RightFoot"), ("LeftArm", "LeftForeArm"), ("LeftForeArm", "LeftHand"),
         ("RightArm", "RightForeArm"), ("RightForeArm", "RightHand"), ("RightUpLeg", "LeftUpLeg"),
         ("RightArm", "LeftArm"), ("Hips", "Neck"), ("Neck", "Head")]
POINTS = {"LeftUpLeg": "left_hip", "LeftLeg": "left_knee", "LeftFoot": "left_ankle",
          "RightUpLeg": "right_hip", "RightLeg": "right_knee", "RightFoot": "right_ankle",
          "LeftArm": "left_shoulder", "LeftForeArm": "left_elbow", "LeftHand": "left_wrist",
          "RightArm": "right_shoulder", "RightForeArm": "right_elbow", "RightHand": "right_wrist"}


def source_places(points):
    places = {joint: points[point] for joint, point in POINTS.items()}
    places["Hips"] = (points["left_hip"] + points["right_hip"]) / 2
    places["Neck"] = (points["left_shoulder"] + points["right_shoulder"]) / 2
    places["Head"] = (points["left_ear"] + points["right_ear"]) / 2
    return places


def angle(a, b):
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return math.degrees(math.acos(max(-1, min(1, a @ b / size)))) if size else 180


def compare_bvh(path, frames, what, every=7, tolerance=1.0, metres=1e-4):
    """@param frames: a dict of places, or None, for each row"""
    motion = bvh.Bvh(pathlib.Path(path).read_text())
    equal(motion.nframes, len(frames), f"{what}: rows")
    equal(len(motion.frames), len(frames), f"{what}: lines of motion")
    worst = 0
    for row in range(0, len(frames), every):
        if frames[row] is None:
            continue
        expected, found = source_places(frames[row]), bvh_places(motion, row)
        worst = max([worst] + [angle(expected[b] - expected[a], found[b] - found[a])
                               for a, b in BONES])
        check(np.allclose(expected["Hips"], found["Hips"], atol=metres), f"{what}: hips of {row}")
    check(worst < tolerance, f"{what}: bones turned by at most {tolerance} degrees: {worst:.3f}")
    return motion
