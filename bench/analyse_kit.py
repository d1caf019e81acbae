# SPDX-License-Identifier: Apache-2.0
"""What the parts of bench/analyse.py share: running the program, what was seen by eye, tables."""

import concurrent.futures
import itertools
import json
import math
import pathlib
import tempfile

from bench_kit import ROOT, SHARED, Done

PAGE = ROOT / "docs/analysis.md"
EYE = json.loads((ROOT / "tests/data/by_eye.json").read_text())
DATA = SHARED / "data"
TRUTH, DEFAULT, LITE = "truth", "movenet-lightning-int8", "stance-lite"
NAMES = {TRUTH: "true joints", DEFAULT: DEFAULT, LITE: LITE}


def json_of(args, source, *options, output="--json"):
    """What one run says. @return the document and that of the truth, or None"""
    with tempfile.TemporaryDirectory(prefix="stance-analyse-") as name:
        folder = pathlib.Path(name)
        drawn = str(source).startswith("mannequin:")
        command = [args.stance, "run", source, output, folder / "a.json", "--quiet", "--threads", "1"]
        command += ["--truth", folder / "truth.json"] if drawn else []
        Done([*command, *options])
        truth = json.loads((folder / "truth.json").read_text()) if drawn else None
        return json.loads((folder / "a.json").read_text()), truth


def events_of(args, source, model, analysis, *options):
    """@return events of the analysis, true events, seconds watched"""
    found, truth = json_of(args, source, "--model", model, "--analyse", analysis, *options,
                           output="--events-json")
    kinds = {"reps": "rep", "fall": "fall"}
    events = [e for e in found["events"] if e["kind"] == kinds[analysis]]
    true = [e for e in truth["events"] if e["kind"] == kinds[analysis]] if truth else []
    return events, true, found["summary"]["duration_ms"] / 1000


def drawn(scene, model, **options):
    """An address. True joints are the same in a small picture."""
    if model == TRUTH:
        options.setdefault("size", "320x240")
    return f"mannequin:{scene}?" + "&".join(f"{k}={v}" for k, v in options.items())


def each(work, tasks):
    """work(*task) of all tasks, two at a time, in their order."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda task: work(*task), tasks))


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                      *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def spread(n, *choices):
    """n combinations of all choices, each of them about as often."""
    every = list(itertools.product(*choices))
    seeds = math.ceil(n / len(every))
    return [(*pick, seed) for seed in range(1, seeds + 1) for pick in every][:n]


def plural(n, what):
    return f"{n} {what}{'' if n == 1 else 's'}"


def people_of(frame):
    people = frame["people"] if "people" in frame else [frame]
    return [p for p in people if p.get("analysis")]


def write(name, text):
    page = PAGE.read_text()
    start, end = f"<!-- {name}: make bench-analyse -->", f"<!-- end of {name} -->"
    a, b = page.index(start) + len(start), page.index(end)
    PAGE.write_text(page[:a] + "\n\n" + text + "\n\n" + page[b:])
