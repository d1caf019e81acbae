#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A client that a public generator makes out of the server's own description: it is made without
a word of complaint, and what it asks for and gets is typed as described."""

import importlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

GENERATOR = pathlib.Path(sys.executable).parent / "openapi-python-client"
if not GENERATOR.exists():
    skip("no openapi-python-client: scripts/setup installs it")

INPUTS = TMP / "inputs"
INPUTS.mkdir()
CLIP, PICTURE = INPUTS / "squats.mp4", TMP / "one.png"
stance("mannequin", "squats", "--seconds", 2, "-o", CLIP, env=ENV)
ffmpeg("-i", CLIP, "-frames:v", 1, PICTURE)
EVENTS = TMP / "events.db"
server = Server("--events", EVENTS, "--inputs", INPUTS)
(TMP / "openapi.json").write_text(json.dumps(server.json("GET", "/api/openapi.json")))
made = subprocess.run([GENERATOR, "generate", "--path", TMP / "openapi.json", "--output-path", TMP / "stance_client",
                       "--meta", "none"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                      env={**os.environ, "PATH": f"{GENERATOR.parent}:{os.environ['PATH']}"})
equal(made.returncode, 0, made.stdout)
# It makes nothing of pictures, videos and what never ends; all else it has to understand.
complaints = made.stdout.split("WARNING parsing ")[1:]
others = [c for c in complaints if not re.search(r"Unsupported content[_ ]type (image|video|multipart)/", c)]
equal(others, [], "the generator complains")
check("ERROR" not in made.stdout, f"the generator: {made.stdout}")
sys.path.insert(0, str(TMP))
stance_client = importlib.import_module("stance_client")
types = importlib.import_module("stance_client.types")
client = stance_client.Client(base_url=f"http://127.0.0.1:{server.port}", raise_on_unexpected_status=True)


def call(name, **values):
    return importlib.import_module(f"stance_client.api.default.{name}").sync(client=client, **values)


def file(path):
    return types.File(payload=io.BytesIO(pathlib.Path(path).read_bytes()), file_name=pathlib.Path(path).name)


equal(call("get_version").name, "stance", "version")
check(len(call("get_models").models) > 5, "models")
option = {o.name: o for o in call("get_options").options}["crop"]
check("follow" in option.choices, f"an option: {option}")
poses = call("post_pose" if "post_pose" in os.listdir(TMP / "stance_client/api/default") else "pose", body=file(PICTURE),
             people="one")
check(poses.frames[0].keypoints[0].name, "a picture")
job = call("add_job", path="squats.mp4", people="one", body=types.UNSET)
until = time.monotonic() + PATIENCE
while call("get_job", id=job.id).state in ("queued", "running") and time.monotonic() < until:
    time.sleep(0.1)
job = call("get_job", id=job.id)
equal((job.state, job.frames), ("done", 60), "a job")
check(job.results.video, f"results: {job.results}")
equal(len(call("get_job_json", id=job.id).frames), 60, "its joints")
equal([j.id for j in call("list_jobs").jobs], [job.id], "the list")
kinds = {e.kind for e in call("get_events").events}
check("enter" in kinds, f"events: {kinds}")
stream = call("add_stream", source="mannequin:walk", people="one")
while call("get_stream", id=stream.id).state == "starting" and time.monotonic() < until:
    time.sleep(0.1)
equal(call("get_stream", id=stream.id).state, "running", "a stream")
equal(call("pause_stream", id=stream.id).id, stream.id, "paused")
wrong = call("get_job", id="0" * 32)
equal((wrong.status, wrong.title), (404, "No such job"), "a problem")
importlib.import_module("stance_client.api.default.delete_job").sync_detailed(client=client, id=job.id)
equal(call("list_jobs").jobs, [], "deleted")
equal(server.end(), 0, "SIGTERM")
finish()
