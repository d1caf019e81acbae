# SPDX-License-Identifier: Apache-2.0
"""A picture of how a training went, from its curves.csv."""

import csv


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
    left.plot(found["epoch"], found["loss"], label="loss")
    left.plot(found["epoch"], found["loss_places"], label="its share of places")
    left.set_xlabel("epoch")
    left.legend()
    right.plot(found["epoch"], found["held_out_pck"], label="PCK@0.2 of the trunk")
    right.plot(found["epoch"], found["held_out_oks"], label="mean OKS")
    right.set_xlabel("epoch")
    right.set_ylim(0, 1)
    right.set_title("photos held out")
    right.legend()
    for axis in (left, right):
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out)
    pyplot.close(figure)
