# SPDX-License-Identifier: Apache-2.0
"""What can be trained. Both tasks have one training loop, one export, one quantization: what
differs is in lite.points and lite.people."""

from . import people, points

TASKS = {"points": points.Points, "people": people.People}


def add_options(parser):
    parser.add_argument("--task", choices=TASKS, default="points",
                        help="points: stance-lite, one person's points; people: stance-detector, "
                        "boxes of people (default: %(default)s)")
    parser.add_argument("--run", help="name of this training (default: lite, or detector)")


def of(args):
    """The task that was asked for; fills in what has a default of its own in each."""
    task = TASKS[args.task]()
    args.run = args.run or task.run
    if getattr(args, "batch", 0) is None:
        args.batch = task.batch
    return task
