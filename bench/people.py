#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Identities and events of drawn people, found by a real detector and network, beside the truth.

    bench/people.py [--stance PROGRAM] [--models A,B] [--scenes A,B] [--seeds N] [--seconds S]
                    [--markdown] [--list] [--check]

A model is a name, or two as NETWORK+DETECTOR.

Identities: IDF1, HOTA and switches of `stance eval track`, by boxes that overlap by 0.3: those
of a network span its points, from an eye to an ankle, those of the truth the whole body.

Events: each entering and leaving of the truth is looked for among those found, of the same
person (whom the found identity overlaps most), within --within seconds. Every difference gets a
reason, from what is true at that moment:

    early, late   found, but farther off in time than --within: people are drawn from their
                  first fingertip on, and a network wants to see more of them
    hidden        at some time in the second before or after, two fifths of the person's points are
                  hidden by others or cut off by the picture's edge
    lost          the person is there and to be seen, and the network lost them, or took them
                  for somebody else: they leave and come again
    nobody        what was found is no person, or only a piece of one
    missed        never found at all
    brief         the truth itself is shorter than --min-life

--list prints them one by one. --check: exit status 1 where a scene falls below its floor.
"""

import argparse
import collections
import json
import pathlib
import sys
import tempfile

from bench_kit import STANCE, Done, use_shared_models

SCENES = ["cross", "enter-leave", "crowd"]
MODELS = ["stance-lite+stance-detector", "fast", "balanced", "human-pose-estimation-0001-int8"]
MIN_LIFE = 500  # ms, stance's own default
# The least IDF1 that --check asks for, by scene.
FLOORS = {"cross": 0.75, "enter-leave": 0.75, "crowd": 0.5}


def overlap(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0, w) * max(0, h)
    return common / (a[2] * a[3] + b[2] * b[3] - common) if common else 0


def run(args, model, address, folder):
    found, truth, events = folder / "found.json", folder / "truth.json", folder / "events.json"
    network, _, detector = model.partition("+")
    more = ["--detector", detector] if detector else []
    Done([args.stance, "run", address, "--model", network, *more, "--people", "all", "--json", found,
          "--truth", truth, "--events-json", events, "--offline", "--quiet"])
    done = Done([args.stance, "eval", "track", "--gt", truth, "--results", found, "--json", "--iou", "0.3",
                 "--quiet"])
    [figures] = json.loads(done.out)["sequences"]
    return figures, *(json.loads(p.read_text()) for p in (found, truth, events))


def who_is_who(found, truth):
    """Found identity -> the true person whom it overlaps in most frames; None: nobody."""
    votes = collections.defaultdict(collections.Counter)
    for f, t in zip(found["frames"], truth["frames"]):
        for p in f["people"]:
            best = max(t["people"], key=lambda q: overlap(p["box"], q["box"]), default=None)
            if p["id"] and best and overlap(p["box"], best["box"]) > 0.3:
                votes[p["id"]][best["id"]] += 1
    return {k: v.most_common(1)[0][0] for k, v in votes.items()}


def seen_share(truth, person, ms):
    """How much of somebody can be seen, at worst, within a second; None: not there."""
    shares = []
    for frame in truth["frames"]:
        if abs(frame["timestamp_ms"] - ms) > 1000:
            continue
        for p in frame["people"]:
            if p["id"] == person:
                seen = sum(k["visibility"] in ("visible", "hidden-by-self") for k in p["keypoints"])
                shares.append(seen / len(p["keypoints"]))
    return min(shares, default=None)


def pair_up(wanted, got, within):
    """Pairs of one kind and person, the nearest in time first."""
    pairs = sorted((abs(w["start_ms"] - g["start_ms"]), i, k) for i, w in enumerate(wanted)
                   for k, g in enumerate(got) if w["kind"] == g["kind"] and w["id"] == g["true_id"])
    right, off, used_w, used_g = 0, [], set(), set()
    for apart, i, k in pairs:
        if i in used_w or k in used_g or apart > 3000:
            continue
        used_w.add(i)
        used_g.add(k)
        if apart <= within:
            right += 1
        else:
            late = got[k]["start_ms"] > wanted[i]["start_ms"]
            off.append(("late" if late else "early", wanted[i], apart))
    return (right, off, [w for i, w in enumerate(wanted) if i not in used_w],
            [g for k, g in enumerate(got) if k not in used_g])


def reason_of_missing(truth, wanted, names, brief):
    person, ms = wanted["id"], wanted["start_ms"]
    if person in brief:
        return "brief"
    if person not in names.values():
        return "missed"
    share = seen_share(truth, person, ms)
    return "hidden" if share is None or share < 0.6 else "lost"


def reason_of_extra(truth, got):
    person, ms = got["true_id"], got["start_ms"]
    if person is None:
        return "nobody"
    share = seen_share(truth, person, ms)
    if share is not None and share < 0.6:
        return "hidden"
    return "lost"


def compare_events(args, found, truth, events):
    end_ms = truth["frames"][-1]["timestamp_ms"]
    wanted = [e for e in truth["events"] if e["kind"] in ("enter", "exit")
              and e["start_ms"] <= end_ms]
    names = who_is_who(found, truth)
    got = [dict(e, true_id=names.get(e["id"])) for e in events["events"]
           if e["kind"] in ("enter", "exit") and e.get("label") != "at-start"]
    stays = collections.Counter(p["id"] for f in truth["frames"] for p in f["people"])
    step = end_ms / max(1, len(truth["frames"]) - 1)
    brief = {k for k, n in stays.items() if n * step < MIN_LIFE}
    right, off, missing, extra = pair_up(wanted, got, args.within * 1000)
    notes = [(why, f"{e['kind']} of {e['id']} at {e['start_ms'] / 1000:.2f} s, by {apart / 1000:.2f} s")
             for why, e, apart in off]
    notes += [(reason_of_missing(truth, e, names, brief),
               f"{e['kind']} of {e['id']} at {e['start_ms'] / 1000:.2f} s not found") for e in missing]
    notes += [(reason_of_extra(truth, e), f"{e['kind']} of {e['id']} (true: {e['true_id']}) at "
               f"{e['start_ms'] / 1000:.2f} s found") for e in extra]
    return len(wanted), right, notes


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--models", type=lambda s: s.split(","), default=MODELS)
    parser.add_argument("--scenes", type=lambda s: s.split(","), default=SCENES)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--within", type=float, default=0.5)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def main():
    args = parse()
    use_shared_models()
    head = ["scene", "network", "IDF1", "HOTA", "switches", "events", "right", "differences"]
    start, between, end = ("| ", " | ", " |") if args.markdown else ("", "  ", "")
    print(start + between.join(head) + end)
    if args.markdown:
        print("|" + "---|" * len(head))
    good = True
    for scene in args.scenes:
        for model in args.models:
            idf1, hota, switches, wanted, right = [], [], 0, 0, 0
            why = collections.Counter()
            for seed in range(1, args.seeds + 1):
                address = f"mannequin:{scene}?seed={seed}&seconds={args.seconds}&size=960x540"
                with tempfile.TemporaryDirectory(prefix="stance-people-") as folder:
                    figures, found, truth, events = run(args, model, address, pathlib.Path(folder))
                idf1.append(figures["identity"]["IDF1"])
                hota.append(figures["hota"]["HOTA"])
                switches += figures["clear"]["IDSW"]
                n, r, notes = compare_events(args, found, truth, events)
                wanted, right = wanted + n, right + r
                why.update(w for w, _ in notes)
                if args.list:
                    for w, text in notes:
                        print(f"    {scene} seed {seed} {model}: {w}: {text}")
            mean = sum(idf1) / len(idf1)
            row = [scene, model, f"{mean:.2f}", f"{sum(hota) / len(hota):.2f}", str(switches),
                   str(wanted), str(right), ", ".join(f"{n} {w}" for w, n in why.most_common()) or "-"]
            print(start + between.join(row) + end, flush=True)
            good &= mean >= FLOORS.get(scene, 0)
    sys.exit(0 if good or not args.check else 1)


if __name__ == "__main__":
    main()
