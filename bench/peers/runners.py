#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the network itself takes: as many runners as there are cores, one thread each, all at
once, and nothing else. Prints milliseconds for one inference, of all together.

    runners.py NETWORK SECONDS
"""

import os
import sys
import threading
import time

import numpy as np
import openvino

network, seconds = sys.argv[1], float(sys.argv[2])
cores = len(os.sched_getaffinity(0))
core = openvino.Core()
SETTINGS = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": "1",
            "INFERENCE_NUM_THREADS": "1", "ENABLE_CPU_PINNING": "NO"}
requests, counts = [], [0] * cores
for _ in range(cores):
    net = core.compile_model(network, "CPU", SETTINGS)
    request = net.create_infer_request()
    tensor = request.get_input_tensor()
    tensor.data[:] = np.random.default_rng(1).integers(0, 256, tensor.shape).astype(tensor.data.dtype)
    request.infer()
    requests.append(request)
end = time.monotonic() + seconds


def run(i):
    while time.monotonic() < end:
        requests[i].infer()
        counts[i] += 1


start = time.monotonic()
threads = [threading.Thread(target=run, args=(i,)) for i in range(cores)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(1000 * (time.monotonic() - start) / sum(counts))
