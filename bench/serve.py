#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much `stance serve` bears: many clients at once, and a long time.

    bench/serve.py [--stance PROGRAM] [--seconds S] [--soak MINUTES] [--write]

200 clients read (wrk), 20 send videos at once, 8 send pictures, 50 look at one live source.
Then, with --soak, jobs, pictures, streams that come and go, pauses, pushed pictures and
clients that leave in the middle, all at once, for so long; memory, open files, threads and
files on the disk are looked at before and after. All on this machine, over its own
addresses, the network is stance-lite, the people are drawn. --write puts the tables into
docs/server.md.
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from bench_kit import ROOT, STANCE, machine

PAGE = ROOT / "docs/server.md"
ENV = {**os.environ, "STANCE_MODEL_PATH": ""}


class Server:
    def __init__(self, stance, folder, *options):
        self.data = pathlib.Path(folder) / "data"
        self.child = subprocess.Popen([stance, "serve", "--bind", "127.0.0.1:0", "--data", str(self.data), *options],
                                      stderr=subprocess.PIPE, env=ENV)
        for line in self.child.stderr:
            found = re.search(rb"listening at http://127.0.0.1:(\d+)", line)
            if found:
                break
        self.port = int(found[1])
        threading.Thread(target=self.child.stderr.read, daemon=True).start()

    def ask(self, method, path, body=None, headers=None):
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            conn.request(method, path, body, headers or {})
            reply = conn.getresponse()
            return reply.status, reply.read()
        finally:
            conn.close()

    def json(self, method, path, body=None):
        return json.loads(self.ask(method, path, body)[1] or b"null")

    def state(self):
        """Resident memory in MB, open files, threads, children, files it keeps."""
        proc = pathlib.Path(f"/proc/{self.child.pid}")
        said = (proc / "status").read_text()
        children = subprocess.run(["pgrep", "-P", str(self.child.pid)], stdout=subprocess.PIPE, text=True).stdout
        return {"MB": int(re.search(r"VmRSS:\s+(\d+)", said)[1]) / 1024,
                "descriptors": len(list((proc / "fd").iterdir())),
                "threads": int(re.search(r"Threads:\s+(\d+)", said)[1]),
                "children": len(children.split()),
                "files": sum(len(files) for _, _, files in os.walk(self.data))}

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.child.terminate()
        return self.child.wait(60)


def side_by_side(n, work):
    """Run work(i) on n threads; what it returns."""
    found = [None] * n

    def one(i):
        found[i] = work(i)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return found


def read_api(server, path, seconds):
    said = subprocess.run(["wrk", "-t2", "-c200", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{server.port}{path}"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    bad = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", said))
    errors = re.search(r"Socket errors: (.*)", said)
    late = re.search(r"99%\s+([\d.]+\w+)", said)[1]
    middle = re.search(r"50%\s+([\d.]+\w+)", said)[1]
    return [path, "200", f"{rate:.0f} a second", f"{middle}, 99 %: {late}",
            f"{bad} refused{', ' + errors[1] if errors else ''}"]


def uploads(server, clip):
    began = time.monotonic()
    replies = side_by_side(20, lambda i: server.ask("POST", "/api/jobs?people=one", clip))
    taken = time.monotonic() - began
    jobs = [json.loads(text)["id"] for code, text in replies if code == 202]
    while any(server.json("GET", f"/api/jobs/{j}")["state"] in ("queued", "running") for j in jobs):
        time.sleep(0.2)
    done = sum(server.json("GET", f"/api/jobs/{j}")["state"] == "done" for j in jobs)
    for j in jobs:
        server.ask("DELETE", f"/api/jobs/{j}")
    codes = collections.Counter(code for code, _ in replies)
    return ["POST /api/jobs, clips of 5 s", "20", f"all there after {taken:.1f} s, done after "
            f"{time.monotonic() - began:.0f} s", "", f"{done} done; {dict(codes)}"]


def pictures(server, picture, seconds):
    times, codes = [], collections.Counter()

    def client(_):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            code, _text = server.ask("POST", "/api/pose?people=one", picture)
            codes[code] += 1
            if code == 200:
                times.append((time.monotonic() - began) * 1000)
            else:
                time.sleep(0.05)

    side_by_side(4, client)
    times.sort()
    return ["POST /api/pose, 640x480", "4", f"{codes[200] / seconds:.0f} a second",
            f"{statistics.median(times):.0f} ms, 99 %: {times[len(times) * 99 // 100]:.0f} ms", f"{dict(codes)}"]


def viewers(server, seconds):
    name = server.json("POST", "/api/streams?source=mannequin:walk%3Fseconds=60&people=one")["id"]
    while server.json("GET", f"/api/streams/{name}")["state"] != "running":
        time.sleep(0.1)

    def view(_):
        conn = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        conn.request("GET", f"/api/streams/{name}/video_feed")
        reply = conn.getresponse()
        if reply.status != 200:
            return reply.status, 0
        until, n = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            line = reply.fp.readline()
            if line.lower().startswith(b"content-length"):
                reply.fp.readline()
                reply.fp.read(int(line.split(b":")[1]))
                n += 1
        conn.close()
        return reply.status, n

    cpu, began = server.cpu_s(), time.monotonic()
    found = side_by_side(50, view)
    cpu = (server.cpu_s() - cpu) / (time.monotonic() - began)
    facts = server.json("GET", f"/api/streams/{name}")
    server.ask("DELETE", f"/api/streams/{name}")
    rates = sorted(n / seconds for code, n in found if code == 200)
    return ["one live source, 640x480", "50 viewers", f"{statistics.median(rates):.1f} pictures a second each "
            f"(least {rates[0]:.1f})", f"{facts['latency_ms']} ms", f"{dict(collections.Counter(c for c, _ in found))}; "
            f"the server itself {100 * cpu:.0f} % of a core"]


# ---- a long time ----


def soak(server, clip, picture, minutes, report):
    until = time.monotonic() + minutes * 60
    did, lock = collections.Counter(), threading.Lock()
    long = server.json("POST", "/api/streams?source=mannequin:walk%3Fseconds=60%26size=320x240&people=one")["id"]
    delays = []

    def note(what):
        with lock:
            did[what] += 1

    def jobs(i):
        while time.monotonic() < until:
            code, text = server.ask("POST", "/api/jobs?people=one", clip)
            if code != 202:
                note(f"job {code}")
                time.sleep(0.2)
                continue
            name = json.loads(text)["id"]
            way = random.random()
            while server.json("GET", f"/api/jobs/{name}")["state"] in ("queued", "running"):
                if way < 0.2:
                    server.ask("POST", f"/api/jobs/{name}/cancel")
                time.sleep(0.1)
            if way > 0.5:
                for part in ("json", "csv", "video"):
                    server.ask("GET", f"/api/jobs/{name}/{part}")
            server.ask("DELETE", f"/api/jobs/{name}")
            note("job cancelled" if way < 0.2 else "job")

    def looks(i):
        while time.monotonic() < until:
            options = random.choice(("people=one", "people=all", "people=one&min-score=0.3", "crop=sideways"))
            code, _ = server.ask("POST", f"/api/pose?{options}", picture)
            note(f"picture {code}")
            time.sleep(0.1)

    def streams(i):
        while time.monotonic() < until:
            code, text = server.ask("POST", "/api/streams?source=mannequin:squats%3Fseconds=9%26size=320x240&people=one")
            if code != 201:
                note(f"stream {code}")
                time.sleep(0.5)
                continue
            name = json.loads(text)["id"]
            conn = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            conn.request("GET", f"/api/streams/{name}/{random.choice(('video_feed', 'joints'))}")
            reply = conn.getresponse()
            reply.fp.read(random.choice((100, 3000)))
            reply.close()
            conn.close()  # in the middle
            if random.random() < 0.5:
                server.ask("POST", f"/api/streams/{name}/pause")
                server.ask("POST", f"/api/streams/{name}/start")
            server.ask("DELETE", f"/api/streams/{name}")
            note("stream")

    def rude(i):
        while time.monotonic() < until:
            with socket.create_connection(("127.0.0.1", server.port)) as conn:
                conn.send(random.choice((b"GET /api/jobs HT", b"\x16\x03\x01\x02", b"POST /api/jobs HTTP/1.1\r\nHost: 127.0"
                                         b".0.1:%d\r\nContent-Length: 99999\r\n\r\nabc" % server.port)))
            note("broken off")
            time.sleep(0.2)

    def guarded(work, i):
        try:
            work(i)
        except Exception as e:
            note(f"client that failed ({type(e).__name__}: {e})")

    threads = [threading.Thread(target=guarded, args=(w, i))
               for w, n in ((jobs, 3), (looks, 2), (streams, 2), (rude, 1)) for i in range(n)]
    [t.start() for t in threads]
    samples = []
    while any(t.is_alive() for t in threads):
        time.sleep(10)
        samples.append(server.state())
        delays.append(server.json("GET", f"/api/streams/{long}")["latency_ms"])
        report(f"  {len(samples) * 10:4} s: {samples[-1]}")
    [t.join() for t in threads]
    facts = server.json("GET", f"/api/streams/{long}")
    server.ask("DELETE", f"/api/streams/{long}")
    third = len(delays) // 3
    return dict(did), samples, (f"A live source looked at all the while: {facts['frames']} frames, {facts['dropped']} "
                                f"dropped, {facts['gaps']} gaps; from a frame to its result {statistics.median(delays[:third]):.1f} ms "
                                f"in the first third, {statistics.median(delays[-third:]):.1f} ms in the last.")


def table(rows, head):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                      *("| " + " | ".join(row) + " |" for row in rows)])


def write(name, text):
    page = PAGE.read_text()
    start, end = f"<!-- {name}: bench/serve.py -->", f"<!-- end of {name} -->"
    a, b = page.index(start) + len(start), page.index(end)
    PAGE.write_text(page[:a] + "\n\n" + text + "\n\n" + page[b:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stance", default=STANCE)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--soak", type=float, default=0, metavar="MINUTES")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        clip, picture = folder / "clip.mp4", folder / "one.jpg"
        run = [args.stance, "mannequin", "squats", "-o", str(clip), "--seconds", "5"]
        subprocess.run(run, check=True, env=ENV)
        subprocess.run([args.stance, "run", "mannequin:squats", "--max-frames", "1", "--model", "truth", "-o",
                        str(folder / "one.mp4"), "-q"], check=True, env=ENV)
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(folder / "one.mp4"), "-frames:v", "1", str(picture)], check=True)
        events = folder / "events.db"
        subprocess.run([args.stance, "run", str(clip), "--events", str(events), "-q"], check=True, env=ENV)
        server = Server(args.stance, folder, "--events", str(events))
        clip, picture = clip.read_bytes(), picture.read_bytes()
        before = server.state()
        rows = [read_api(server, path, args.seconds) for path in ("/api/version", "/api/jobs", "/api/events?limit=50")]
        rows += [uploads(server, clip), pictures(server, picture, args.seconds), viewers(server, args.seconds)]
        time.sleep(2)
        after = server.state()
        load = f"{machine()}; clients on the same machine.\n\n" + table(rows, ["", "clients", "", "latency", ""])
        load += (f"\n\nThe server's own memory: {before['MB']:.0f} MB before, {after['MB']:.0f} MB behind it; "
                 f"open files {before['descriptors']} and {after['descriptors']}.")
        print(load)
        if args.write:
            write("load", load)
        if args.soak:
            did, samples, delay = soak(server, clip, picture, args.soak, lambda line: print(line, flush=True))
            time.sleep(3)
            end = server.state()
            early = samples[max(0, len(samples) // 5)]
            rows = [[key, f"{early[key]:.0f}", f"{samples[-1][key]:.0f}", f"{end[key]:.0f}"] for key in end]
            what = ", ".join(f"{n} × {key}" for key, n in sorted(did.items()))
            text = f"{args.soak:g} minutes: {what}.\n\n" + table(rows, ["", "after a fifth of it", "at its end", "at rest"]) + "\n\n" + delay
            print(text)
            if args.write:
                write("soak", text)
        return server.end()


if __name__ == "__main__":
    sys.exit(main())
