# SPDX-License-Identifier: Apache-2.0
"""A picture of how a training went, from its curves.csv."""

import csv


# Columns and what they are.
LEFT = {"loss": "loss", "loss_places": "its share of places"}
RIGHT = {"held_out_pck": "PCK@0.2 of the trunk", "held_out_oks": "mean OKS",
         "held_out_others_oks": "mean OKS of other people",
         "held_out_nobody": "mean score where nobody is",
         "held_out_ap50": "AP of boxes at 0.5", "held_out_ap75": "AP of boxes at 0.75"}


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in (rows[0] if rows else {})}


def draw(path, out):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    found = read(path)
    if not found:
        return
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 3.6))
    for name, text in LEFT.items():
        left.plot(found["epoch"], found[name], label=text)
    left.set_xlabel("epoch")
    left.legend()
    for name, text in RIGHT.items():
        if name in found:
            right.plot(found["epoch"], found[name], label=text)
    right.set_xlabel("epoch")
    right.set_ylim(0, 1)
    right.set_title("photos held out")
    right.legend()
    for axis in (left, right):
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out)
    pyplot.close(figure)
