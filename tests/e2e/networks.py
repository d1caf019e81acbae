#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small networks with the inputs and outputs of real ones, made here, in the whole program.

They look at the picture: where it is red is where their points are. So colour, layout,
scale, open batches, open picture sizes, inputs of u8 and i32, and outputs whose number of
rows only a run tells are all seen in the result.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from kit import *  # noqa: E402,F403

try:
    import numpy as np
    import onnx
    import openvino
    from onnx import TensorProto as T
    from onnx import helper as h
    from PIL import Image
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

LIKE_RTMPOSE = ([123.675, 116.28, 103.53], [1 / 58.395, 1 / 57.12, 1 / 57.375])


def constant(name, array):
    return h.make_node("Constant", [], [name], value=onnx.numpy_helper.from_array(array, name))


def save(name, nodes, inputs, outputs):
    graph = h.make_graph(nodes, name, inputs, outputs)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, TMP / f"{name}.onnx")


def card(name, decoder, size, outputs, people="several", skeleton="coco17", layout="NCHW", **more):
    (TMP / f"{name}.json").write_text(json.dumps({
        "schema": "stance-card/1", "name": name, "title": name, "licence": "CC0-1.0",
        "people": people, "decoder": decoder, "skeleton": skeleton,
        "files": [{"name": f"{name}.onnx"}],
        "input": {"width": size[0], "height": size[1], "layout": layout, **more},
        "outputs": outputs}))


def picture(name, width, height, spots=(), size=1):
    """Black, with red squares whose first pixel is named."""
    data = np.zeros((height, width, 3), np.uint8)
    for x, y in spots:
        data[y:y + size, x:x + size, 0] = 255
    Image.fromarray(data).save(TMP / name)
    return TMP / name


def look(name, file, *args):
    stance("run", file, "--model", TMP / f"{name}.onnx", "--card", TMP / f"{name}.json", "--crop",
           "whole", "--no-cache", "--json", TMP / "found.json", *args)
    return read_json(TMP / "found.json")["frames"][0]


def at(point):
    return [point["x"], point["y"]]


# ---- RTMPose: batch x 3 x 256 x 192, where red is strongest in columns and in rows ----

def plane(source, index):
    return [constant("one_plane", np.array(index, np.int64)),
            h.make_node("Gather", [source, "one_plane"], ["red"], axis=1)]


def rtmpose():
    nodes = plane("input", 0)
    for axis, other, length in (("x", 1, 192), ("y", 2, 256)):
        nodes += [
            h.make_node("ReduceMax", ["red"], [f"best_{axis}"], axes=[other], keepdims=0),
            constant(f"axes_{axis}", np.array([1, 3], np.int64)),
            h.make_node("Unsqueeze", [f"best_{axis}", f"axes_{axis}"], [f"four_{axis}"]),
            constant(f"times_{axis}", np.array([1, 17, 1, 2], np.int64)),
            h.make_node("Tile", [f"four_{axis}", f"times_{axis}"], [f"tiled_{axis}"]),
            constant(f"shape_{axis}", np.array([-1, 17, 2 * length], np.int64)),
            h.make_node("Reshape", [f"tiled_{axis}", f"shape_{axis}"], [f"simcc_{axis}"])]
    save("pose", nodes, [h.make_tensor_value_info("input", T.FLOAT, ["batch", 3, 256, 192])],
         [h.make_tensor_value_info("simcc_x", T.FLOAT, ["batch", 17, 384]),
          h.make_tensor_value_info("simcc_y", T.FLOAT, ["batch", 17, 512])])
    card("pose", "simcc", (192, 256), [{"name": "simcc_x", "shape": [1, 17, 384]},
                                       {"name": "simcc_y", "shape": [1, 17, 512]}], "one",
         colour="RGB", type="f32", mean=LIKE_RTMPOSE[0], scale=LIKE_RTMPOSE[1])
    frame = look("pose", picture("red.png", 192, 256, [(70, 101)]))
    equal([at(p) for p in frame["keypoints"]], [[70.5, 101.5]] * 17, "pose: points")
    score = (255 - LIKE_RTMPOSE[0][0]) * LIKE_RTMPOSE[1][0]
    close(frame["keypoints"][0]["score"], min(score, 1), 0.001, "pose: score")
    # Twice as large: an input pixel is two of the picture.
    frame = look("pose", picture("large.png", 384, 512, [(100, 220)], 2))
    equal(at(frame["keypoints"][3]), [101, 221], "pose: a larger picture")


rtmpose()


# ---- RTMO and detectors: a row for each red pixel, none where there is none ----

def spots(with_points, kind):
    """Nodes that make dets, and keypoints or labels, of the pixels whose red is above 128."""
    nodes = plane("input", 2)  # blue first
    nodes += [
        constant("least", np.array(128, np.float32)),
        h.make_node("Greater", ["red", "least"], ["is_red"]),
        h.make_node("NonZero", ["is_red"], ["places"]),  # 3 x N: batch, row, column
        h.make_node("Cast", ["places"], ["places_f"], to=T.FLOAT),
        h.make_node("Transpose", ["places_f"], ["rows"], perm=[1, 0]),
        # x - 10, y - 20, x + 10, y + 20, 0.9
        constant("mix", np.array([[0, 0, 0, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 0]], np.float32)),
        constant("rest", np.array([-10, -20, 10, 20, 0.9], np.float32)),
        h.make_node("MatMul", ["rows", "mix"], ["mixed"]),
        h.make_node("Add", ["mixed", "rest"], ["boxes"]),
        constant("front", np.array([0], np.int64)),
        h.make_node("Unsqueeze", ["boxes", "front"], ["dets"])]
    if with_points:
        mix = np.zeros((3, 51), np.float32)
        mix[2, 0::3] = mix[1, 1::3] = 1
        rest = np.zeros(51, np.float32)
        rest[0::3], rest[1::3], rest[2::3] = np.arange(17), -np.arange(17), 0.8
        nodes += [constant("mix_points", mix), constant("rest_points", rest),
                  h.make_node("MatMul", ["rows", "mix_points"], ["mixed_points"]),
                  h.make_node("Add", ["mixed_points", "rest_points"], ["flat"]),
                  constant("as_points", np.array([1, -1, 17, 3], np.int64)),
                  h.make_node("Reshape", ["flat", "as_points"], ["keypoints"])]
        second = h.make_tensor_value_info("keypoints", T.FLOAT, [1, "rows", 17, 3])
    else:
        nodes += [constant("first_row", np.array([0], np.int64)),
                  h.make_node("Gather", ["places", "first_row"], ["labels"], axis=0)]
        second = h.make_tensor_value_info("labels", T.INT64, [1, "rows"])
    batch = "batch" if kind else 1
    return nodes, [h.make_tensor_value_info("input", T.FLOAT, [batch, 3, 256, 256])], [
        h.make_tensor_value_info("dets", T.FLOAT, [1, "rows", 5]), second]


DETS = {"name": "dets", "shape": [1, -1, 5]}
WHERE = [(40, 60), (200, 90), (120, 200)]
red, black = picture("spots.png", 256, 256, WHERE), picture("black.png", 256, 256)
for kind in (False, True):
    nodes, inputs, outputs = spots(True, kind)
    save("rows", nodes, inputs, outputs)
    card("rows", "rtmo", (256, 256), [DETS, {"name": "keypoints", "shape": [1, -1, 17, 3]}],
         colour="BGR", type="f32", pad=[114, 114, 114])
    frame = look("rows", red, "--record", TMP / "rows.tensors")
    equal(sorted(at(p["keypoints"][0]) for p in frame["people"]), sorted(map(list, WHERE)),
          "rtmo: people")
    equal(sorted(at(p["keypoints"][16]) for p in frame["people"]),
          sorted([x + 16, y - 16] for x, y in WHERE), "rtmo: last points")
    stance("run", red, "--engine", "replay", "--card", TMP / "rows.json", "--replay",
           TMP / "rows.tensors", "--json", TMP / "again.json")
    equal(read_json(TMP / "again.json")["frames"][0]["people"], frame["people"], "rtmo: replayed")
    equal(look("rows", black)["people"], [], "rtmo: nobody")
# One request sees three, none, three.
many = TMP / "many"
many.mkdir()
for i, file in enumerate((red, black, red)):
    (many / f"{i}.png").write_bytes(file.read_bytes())
stance("run", many, "--model", TMP / "rows.onnx", "--card", TMP / "rows.json", "--record",
       TMP / "many.tensors", "--json", TMP / "many.json")
equal([len(f["people"]) for f in read_json(TMP / "many.json")["frames"]], [3, 0, 3],
      "rtmo: three pictures")
stance("run", many, "--engine", "replay", "--card", TMP / "rows.json", "--replay",
       TMP / "many.tensors", "--json", TMP / "again.json")
equal(read_json(TMP / "again.json")["frames"], read_json(TMP / "many.json")["frames"],
      "rtmo: three pictures replayed")

nodes, inputs, outputs = spots(False, True)
save("finder", nodes, inputs, outputs)
card("finder", "boxes-mmdet", (256, 256), [DETS, {"name": "labels", "shape": [1, -1]}],
     skeleton="box", colour="BGR", type="f32")
frame = look("finder", red)
equal(sorted(p["box"] for p in frame["people"]),
      sorted([x - 10, y - 20, 20, 40] for x, y in WHERE), "boxes-mmdet: boxes")
equal(look("finder", black)["people"], [], "boxes-mmdet: nobody")

# What is wrong between such a network and its card is told.
for decoder, second, words in (
        ("rtmo", {"name": "keypoints", "shape": [1, -1, 17, 3]}, ["keypoints"]),
        ("boxes-mmdet", {"name": "labels", "shape": [1, -1, -1]}, ["output 1", "1x-1"]),
        ("heatmap", None, ["one output of 17 heatmaps", "found 1xNx5"]),
        ("movenet", None, ["found 1xNx5"])):
    card("wrong", decoder, (256, 256), [DETS] + ([second] if second else []),
         people="one" if second is None else "several",
         skeleton="box" if decoder.startswith("boxes") else "coco17", colour="BGR", type="f32")
    done = stance("run", red, "--model", TMP / "finder.onnx", "--card", TMP / "wrong.json", "--json",
                  TMP / "no.json", status=3)
    for word in words:
        check(word in done.stderr, f"wrong {decoder}: expected {word!r} in {done.stderr!r}")


# ---- YOLO-pose: 1 x 3 x 640 x 640 to 1 x 56 x 8400 ----

def yolo():
    rows = np.zeros((1, 56, 8400), np.float32)
    for i, (x, y) in ((17, (100, 200)), (4000, (103, 201)), (8399, (400, 300))):
        rows[0, :5, i] = [x, y, 80, 160, 0.9 if i != 4000 else 0.6]
        rows[0, 5:, i] = np.column_stack([x + np.arange(17), y - np.arange(17), [0.5] * 17]).ravel()
    nodes = [*plane("images", 0),
             h.make_node("ReduceMax", ["red"], ["most"], keepdims=0),  # 1: white, by its scale
             constant("people", rows), h.make_node("Mul", ["people", "most"], ["output0"])]
    save("yolo", nodes, [h.make_tensor_value_info("images", T.FLOAT, [1, 3, 640, 640])],
         [h.make_tensor_value_info("output0", T.FLOAT, [1, 56, 8400])])
    card("yolo", "yolo-pose", (640, 640), [{"name": "output0", "shape": [1, 56, 8400]}],
         colour="RGB", type="f32", scale=[1 / 255] * 3, pad=[114] * 3)
    frame = look("yolo", picture("square.png", 640, 640, [(5, 5)]))
    equal([at(p["keypoints"][2]) for p in frame["people"]], [[102, 198], [402, 298]],
          "yolo-pose: people")
    # In the middle of the input: 80 pixels of padding above, half the size.
    frame = look("yolo", picture("wide.png", 1280, 960, [(5, 5)], 9))
    equal([at(p["keypoints"][2]) for p in frame["people"]], [[204, 236], [804, 436]],
          "yolo-pose: a larger picture")
    equal(look("yolo", picture("dark.png", 640, 640))["people"], [], "yolo-pose: nobody")


yolo()


# ---- MoveNet MultiPose: pictures of any size, as u8 or as i32 ----

def multipose(kind, size):
    rows = np.zeros((1, 6, 56), np.float32)
    for i, (x, y, score) in ((1, (0.25, 0.5, 0.4)), (4, (0.75, 0.25, 0.9))):
        rows[0, i, :51] = np.column_stack([[y] * 17, [x] * 17, [0.6] * 17]).ravel()
        rows[0, i, 51:] = [y - 0.1, x - 0.1, y + 0.1, x + 0.1, score]
    nodes = [h.make_node("Cast", ["input"], ["numbers"], to=T.FLOAT),
             h.make_node("ReduceMax", ["numbers"], ["most"], keepdims=0),
             constant("white", np.array(255, np.float32)),
             h.make_node("Div", ["most", "white"], ["share"]),
             constant("people", rows), h.make_node("Mul", ["people", "share"], ["output_0"])]
    save("multi", nodes, [h.make_tensor_value_info("input", kind, [1, "height", "width", 3])],
         [h.make_tensor_value_info("output_0", T.FLOAT, [1, 6, 56])])
    card("multi", "movenet-multi", size, [{"shape": [1, 6, 56]}], layout="NHWC", colour="RGB")
    frame = look("multi", picture("multi.png", *size, [(5, 5)]))
    equal([at(p["keypoints"][0]) for p in frame["people"]],
          [[0.75 * size[0], 0.25 * size[1]], [0.25 * size[0], 0.5 * size[1]]], "multipose: people")


for kind in (T.UINT8, T.INT32):
    for size in ((256, 256), (320, 192)):
        multipose(kind, size)

# ---- a network of two files: the compiled one that is kept is that of both ----

openvino.save_model(openvino.Core().read_model(TMP / "multi.onnx"), TMP / "pair.xml",
                    compress_to_fp16=False)
described = json.loads((TMP / "multi.json").read_text())
described |= {"name": "pair", "files": [{"name": "pair.xml"}, {"name": "pair.bin"}]}
(TMP / "pair.json").write_text(json.dumps(described))
for places in (0.75, 0.5):
    for _ in range(2):  # compiled, then from the cache
        stance("run", TMP / "multi.png", "--model", TMP / "pair.xml", "--card", TMP / "pair.json",
               "--json", TMP / "found.json",
               env={**os.environ, "XDG_CACHE_HOME": str(TMP / "compiled")})
        (person, _) = read_json(TMP / "found.json")["frames"][0]["people"]
        equal(at(person["keypoints"][0]), [places * 320, 48], f"two files, {places}: the place")
    values = np.fromfile(TMP / "pair.bin", np.float32, (TMP / "pair.bin").stat().st_size // 4)
    values[values == 0.75] = 0.5
    values.tofile(TMP / "pair.bin")

# ---- a detector with an open number of boxes, and a network that looks at each of them ----

finders = {**os.environ, "STANCE_MODEL_PATH": str(TMP)}
done = stance("models", "import", TMP, "--trust", "finder", env={**finders, "XDG_DATA_HOME": str(TMP)},
              status=None)
stance("run", red, "--model", TMP / "pose.onnx", "--card", TMP / "pose.json", "--people", "all",
       "--detector", "finder", "--json", TMP / "found.json",
       env={**finders, "XDG_DATA_HOME": str(TMP)})
people = read_json(TMP / "found.json")["frames"][0]["people"]
equal(len(people), 3, "a detector and a network for one: people")
for x, y in WHERE:
    near = min((abs(p["keypoints"][0]["x"] - x - 0.5) + abs(p["keypoints"][0]["y"] - y - 0.5)
                for p in people), default=99)
    check(near < 1, f"a detector and a network for one: {x}, {y} is off by {near}")
finish()
