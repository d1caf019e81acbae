# SPDX-License-Identifier: Apache-2.0
"""Networks run by the interpreters from PyPI: a tensor in, {name: array} out."""

import numpy as np
import openvino
from ai_edge_litert.interpreter import Interpreter


def by_openvino(path, shape=None):
    core = openvino.Core()
    net = core.read_model(str(path))
    if shape:
        net.reshape({net.input(0): shape})
    ready = core.compile_model(net, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda tensor: {o.get_any_name(): v for o, v in ready([tensor]).items()}


def numbers(tensor, quantization):
    """What quantized values stand for."""
    scale, zero = quantization
    return (tensor.astype(np.float32) - zero) * scale if scale else tensor


def by_litert(path):
    net = Interpreter(str(path), num_threads=2)
    net.allocate_tensors()

    def run(tensor):
        net.set_tensor(net.get_input_details()[0]["index"], tensor)
        net.invoke()
        return {d["name"]: numbers(net.get_tensor(d["index"]), d["quantization"])
                for d in net.get_output_details()}

    return run
