# SPDX-License-Identifier: Apache-2.0
"""Figures of tracks by the packages TrackEval and motmetrics, by the names that
`stance eval track --json` gives them.

Files lie as in MOTChallenge: GT/SEQ/gt/gt.txt, and RESULTS/SEQ.txt.
"""

import contextlib
import io
import math
import os
import pathlib

import numpy as np

np.asfarray = lambda a: np.asarray(a, float)  # motmetrics 1.4 calls it; numpy 2 has it no more

import motmetrics  # noqa: E402
import trackeval  # noqa: E402

SHARES = "HOTA DetA AssA DetRe DetPr AssRe AssPr LocA OWTA".split()


class Trackeval:
    """One folder of sequences by one benchmark's rules."""

    def __init__(self, gt, results, lengths, benchmark="MOT17", iou=0.5):
        results = pathlib.Path(results).resolve()
        config = {
            "GT_FOLDER": str(gt), "TRACKERS_FOLDER": str(results.parent),
            "TRACKERS_TO_EVAL": [results.name], "TRACKER_SUB_FOLDER": "", "SEQ_INFO": dict(lengths),
            "SKIP_SPLIT_FOL": True, "BENCHMARK": benchmark, "PRINT_CONFIG": False,
        }
        quiet = {"PRINT_CONFIG": False, "THRESHOLD": iou}
        self.tracker = results.name
        with quietly():
            self.dataset = trackeval.datasets.MotChallenge2DBox(config)
            self.metrics = {"hota": trackeval.metrics.HOTA(),
                            "clear": trackeval.metrics.CLEAR(quiet),
                            "identity": trackeval.metrics.Identity(quiet)}
        self.data, self.raw = {}, {}
        for sequence in lengths:
            with quietly():
                raw = self.dataset.get_raw_seq_data(self.tracker, sequence)
                self.data[sequence] = self.dataset.get_preprocessed_seq_data(raw, "pedestrian")
                self.raw[sequence] = {name: metric.eval_sequence(self.data[sequence])
                                      for name, metric in self.metrics.items()}

    def figures(self, sequence):
        data = self.data[sequence]
        found = figures_of(self.raw[sequence])
        found.update(gt_ids=data["num_gt_ids"], ids=data["num_tracker_ids"],
                     gt_boxes=data["num_gt_dets"], boxes=data["num_tracker_dets"])
        return found

    def combined(self):
        return figures_of({name: metric.combine_sequences({s: r[name] for s, r in self.raw.items()})
                           for name, metric in self.metrics.items()})


@contextlib.contextmanager
def quietly():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def figures_of(raw):
    hota, clear, identity = raw["hota"], raw["clear"], raw["identity"]
    return {
        "hota": {**{k: float(np.mean(hota[k])) for k in SHARES},
                 "at": {**{k: [float(v) for v in hota[k]] for k in SHARES},
                        **{k: [int(v) for v in hota["HOTA_" + k]] for k in ("TP", "FN", "FP")}}},
        "clear": {**{k: float(clear[k]) for k in "MOTA MOTP MODA sMOTA MOTAL FP_per_frame".split()},
                  **{k: int(clear[k]) for k in "IDSW Frag MT PT ML".split()},
                  **{k: int(clear["CLR_" + k]) for k in ("TP", "FN", "FP")},
                  "recall": float(clear["CLR_Re"]), "precision": float(clear["CLR_Pr"]),
                  "F1": float(clear["CLR_F1"])},
        "identity": {**{k: float(identity[k]) for k in "IDF1 IDP IDR".split()},
                     **{k: int(identity[k]) for k in "IDTP IDFP IDFN".split()}},
    }


MOTMETRICS = ("mota motp num_matches num_switches num_misses num_false_positives "
              "num_fragmentations mostly_tracked partially_tracked mostly_lost num_transfer "
              "num_ascend num_migrate").split()


def summary(accumulator):
    host = motmetrics.metrics.create()
    found = host.compute(accumulator, metrics=MOTMETRICS + ["idf1", "idp", "idr"],
                         return_dataframe=False)
    return {k: float(v) if math.isfinite(float(v)) else None for k, v in found.items()}


def motmetrics_of_files(gt, results, iou=0.5):
    """Labels without classes; those whose confidence is below 1 do not count."""
    frames = []
    for path, least in ((gt, 1), (results, -1e9)):
        if not os.path.getsize(path):
            return None  # motmetrics reads no empty files
        frames.append(motmetrics.io.load_motchallenge(path, min_confidence=least))
    if frames[0].empty:
        return None
    return summary(motmetrics.utils.compare_to_groundtruth(*frames, "iou", distth=1 - iou))


def motmetrics_of_data(data, iou=0.5):
    """What TrackEval's rules have left of a sequence."""
    accumulator = motmetrics.MOTAccumulator()
    for frame, (gt, found, overlap) in enumerate(
            zip(data["gt_ids"], data["tracker_ids"], data["similarity_scores"])):
        distance = 1 - overlap
        distance[distance > 1 - iou] = np.nan
        if len(gt) + len(found):
            accumulator.update(gt, found, distance, frameid=frame + 1)
    if not data["num_gt_dets"] or not data["num_tracker_dets"]:
        return None  # nothing to compare: its data frames have no such columns
    return summary(accumulator)
