#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports over HTTP: jobs that are asked for analyses have a page, which browsers save and do
not show as the server's own; none has a picture where the server draws none."""

import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

CLIP, PICTURE = TMP / "squats.mp4", TMP / "squat.png"
stance("mannequin", "squats", "--seconds", 5, "--size", "480x360", "-o", CLIP, env=ENV)
ffmpeg("-ss", 1.7, "-i", CLIP, "-frames:v", 1, PICTURE)
clip = CLIP.read_bytes()


def job(at, body=clip, **options):
    begun = at.json("POST", f"/api/jobs?{urlencode(options)}", body, status=202)
    done = at.wait(begun["id"], "done", "failed")
    equal(done["state"], "done", f"a job with {options}: {done}")
    return done


server = Server()
done = job(server, analyse="angles,reps", name="<b>squats.mp4")
code, headers, page = server.ask("GET", done["results"]["report"])
equal((code, headers["Content-Type"].split(";")[0]), (200, "text/html"), "a page")
check(headers["Content-Disposition"].startswith("attachment;"), "it is saved, not shown")
check("default-src 'none'" in headers["Content-Security-Policy"], "and could do nothing")
check(b"&lt;b&gt;squats.mp4</h1>" in page and b"data:image/jpeg" in page, "what is in it")
stance("run", CLIP, "--people", "all", "--analyse", "angles,reps", "--name", "<b>squats.mp4",
       "--report", TMP / "mine.html", env=ENV)
check((TMP / "mine.html").read_bytes() == page, "the same as on the command line")
for options in ({}, {"analyse": "none"}, {"analyse": "angles", "tracker": "off"}):
    there = job(server, **options)
    check("report" not in there["results"], f"nobody asked for one: {options}")
    server.problem(404, "GET", f"/api/jobs/{there['id']}/report")
check("report" not in job(server, PICTURE.read_bytes(), analyse="angles")["results"], "a picture")

# ---- from another machine ----
stance("run", CLIP, "--server", f"http://127.0.0.1:{server.port}", "--analyse", "angles,reps", "--people", "all",
       "--report", TMP / "theirs.html", env=ENV)
check(b"squats.mp4</h1>" in (TMP / "theirs.html").read_bytes(), "it is brought back")
refused = stance("run", CLIP, "--server", f"http://127.0.0.1:{server.port}", "--analyse", "angles", "--plot",
                 TMP / "x.svg", env=ENV, status=1)
check("--plot" in refused.stderr and not (TMP / "x.svg").exists(), "a plot is not")
server.end()

# ---- where nothing is drawn ----
server = Server("--store", "keypoints")
page = server.ask("GET", job(server, analyse="angles")["results"]["report"])[2]
check(b"<h2>Person 1</h2>" in page and b"<img" not in page, "no picture where none are drawn")
server.end()
finish()
