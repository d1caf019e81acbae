# SPDX-License-Identifier: Apache-2.0
"""Runs without a network: a clip written by hand, and recorded tensors for its frames.

The format of the tensors is described in src/engine/engine_replay.c.
"""

import json
import struct

WIDTH, HEIGHT = 64, 48


def write_clip(path, n_frames):
    with open(path, "wb") as file:
        file.write(b"YUV4MPEG2 W%d H%d F25:1 Ip A1:1 C420jpeg\n" % (WIDTH, HEIGHT))
        for i in range(n_frames):
            size = WIDTH * HEIGHT * 3 // 2
            file.write(b"FRAME\n" + bytes((k * 7 + i * 13) & 255 for k in range(size)))


def info(name, kind, dims):
    padded = list(dims) + [0] * (6 - len(dims))
    return name.encode().ljust(128, b"\0") + struct.pack("<II6q", kind, len(dims), *padded)


def write_replay(folder, n, name="walker"):
    """A card and n recorded outputs of a person that walks from left to right."""
    card = {
        "schema": "stance-card/1", "name": "walker", "title": "Recorded",
        "licence": "Apache-2.0", "people": "one", "decoder": "movenet", "skeleton": "coco17",
        "files": [{"name": "walker.tflite"}],
        "input": {"width": 192, "height": 192, "layout": "NHWC", "type": "u8",
                  "colour": "RGB"},
        "outputs": [{"shape": [1, 1, 17, 3]}],
    }
    (folder / "walker.json").write_text(json.dumps(card))
    for count, file in ((n, f"{name}.tensors"), (3, "short.tensors")):
        data = b"STREPLAY" + struct.pack("<III", 1, 1, 1)
        data += info("in", 0, (1, 192, 192, 3)) + info("out", 1, (1, 1, 17, 3))
        for i in range(count):
            for k in range(17):
                x = 0.2 + 0.5 * i / max(1, count)
                data += struct.pack("<3f", 0.3 + 0.02 * k, x, 0.9)
        (folder / file).write_bytes(data)


def REPLAY(folder, name="walker"):
    """Options that make recorded tensors stand in for a network."""
    return ["--engine", "replay", "--card", folder / "walker.json", "--replay",
            folder / f"{name}.tensors"]


KINDS = {"uint8": 0, "float32": 1, "int32": 2, "int64": 3}


def write_tensors(path, inputs, outputs, records):
    """Recorded tensors of any network.

    @param inputs, outputs (name, type as numpy names it, dimensions); -1: told by each record
    @param records for each inference the arrays of the outputs
    """
    with open(path, "wb") as file:
        file.write(b"STREPLAY" + struct.pack("<III", 1, len(inputs), len(outputs)))
        for name, kind, dims in [*inputs, *outputs]:
            file.write(info(name, KINDS[kind], dims))
        for record in records:
            for (name, kind, dims), array in zip(outputs, record):
                assert array.dtype.name == kind and len(dims) == array.ndim, name
                if -1 in dims:
                    file.write(struct.pack("<6q", *array.shape, *[0] * (6 - array.ndim)))
                file.write(array.tobytes())


def write_blank(path, width, height, n_frames):
    """A clip of grey frames, for outputs that do not depend on them."""
    with open(path, "wb") as file:
        file.write(b"YUV4MPEG2 W%d H%d F25:1 Ip A1:1 C420jpeg\n" % (width, height))
        for _ in range(n_frames):
            colour = (width + 1) // 2 * ((height + 1) // 2)
            file.write(b"FRAME\n" + bytes([128]) * (width * height + 2 * colour))
