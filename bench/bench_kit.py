# SPDX-License-Identifier: Apache-2.0
"""What the scripts in this folder share: where things are, and programs run and measured."""

import json
import os
import pathlib
import platform
import re
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("STANCE_SHARED", ROOT / "../shared")).resolve()
STANCE = os.environ.get("STANCE", str(ROOT / "build/release/stance"))
CORES = len(os.sched_getaffinity(0))


def use_shared_models(shared=SHARED):
    """Networks are those of ../shared, where nothing else is said and they are there."""
    if (shared / "models").is_dir():
        os.environ.setdefault("STANCE_MODEL_PATH", str(shared / "models"))


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    name, flags = (re.search(rf"^{what}\s*: (.*)", text, re.M) for what in ("model name", "flags"))
    known = [f for f in ("avx2", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8")
             if flags and f in flags[1].split()]
    return (f"{name[1] if name else platform.processor()}, {CORES} cores"
            f"{' (' + ', '.join(known) + ')' if known else ''}, "
            f"{platform.system()} {platform.release().split('-')[0]}")


# ---- programs ----


class Failed(SystemExit):
    """A program that ended badly: where nobody minds, the script ends and tells what it said."""


def family(pid):
    """A process and all that it started, directly or not."""
    children = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(parent, []).append(int(path.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def watch(pid, peaks, ended):
    """Keep each process's own peak of memory, in kB, until the first one has ended.

    What wait4() tells in the end is the largest of a process and its children, who are there at
    the same time. The last value counts, not the largest one: a process that is just being
    started shows its parent's until its own program runs.
    """
    turn = 0
    while not ended.is_set():
        if turn % 10 == 0:  # looking for new ones costs more
            pids = family(pid)
        turn += 1
        for one in pids:
            try:
                found = re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{one}/status").read_text())
            except OSError:
                continue
            if found:
                peaks[one] = int(found[1])
        ended.wait(0.02)


class Done:
    """One program, run to its end: seconds, seconds of computing, peak memory, output.

    The memory is the sum of the peaks of the program and of all that it starts; what they share
    counts for each of them.
    """

    def __init__(self, command):
        command = [str(c) for c in command]
        peaks, ended = {}, threading.Event()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            start = time.monotonic()
            child = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
            watcher = threading.Thread(target=watch, args=(child.pid, peaks, ended))
            watcher.start()
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds = time.monotonic() - start
            ended.set()
            watcher.join()
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read().decode(), err.read().decode()
        if child.returncode:
            raise Failed(f"{' '.join(command)}: exit {child.returncode}\n{self.err}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.megabytes = (sum(peaks.values()) or usage.ru_maxrss) / 1024


def run_stance(stance, folder, source, *options, before=()):
    """Joints of a clip: @return what --stats-json says, and the process; they are in folder/a.json."""
    stats = pathlib.Path(folder) / "stats.json"
    done = Done([*before, stance, "run", source, "--quiet", "--json", pathlib.Path(folder) / "a.json",
                 "--stats-json", stats, *options])
    return json.loads(stats.read_text()), done
