# SPDX-License-Identifier: Apache-2.0
"""Average precision of boxes, by pycocotools."""

import contextlib
import io

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def of_boxes(labels, found, images):
    """@param labels COCO's form of labels, found COCO's form of results, images numbers of those
    that count
    @return AP, AP50, AP75, those of small, middling and large people, AR of one and of ten boxes"""
    if not found:
        return [0.0] * 8
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = labels
        truth.createIndex()
        judge = COCOeval(truth, truth.loadRes(found), "bbox")
        judge.params.imgIds, judge.params.catIds = list(images), [1]
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return [float(v) for v in judge.stats[:8]]


def of_rows(found, labels):
    """@param found for each picture rows x0, y0, x1, y1, score
    @param labels for each picture rows x0, y0, x1, y1, weight; who has none is in doubt
    @return as of_boxes()"""
    people = [{"id": 0, "image_id": n, "category_id": 1, "bbox": box(row),
               "area": float(box(row)[2] * box(row)[3]), "iscrowd": int(row[4] <= 0)}
              for n, rows in enumerate(labels) for row in rows]
    for n, person in enumerate(people):
        person["id"] = n + 1
    boxes = [{"image_id": n, "category_id": 1, "bbox": box(row), "score": float(row[4])}
             for n, rows in enumerate(found) for row in rows]
    images = [{"id": n} for n in range(len(labels))]
    return of_boxes({"images": images, "annotations": people,
                     "categories": [{"id": 1, "name": "person"}]}, boxes, range(len(labels)))


def box(row):
    x0, y0, x1, y1 = (float(v) for v in row[:4])
    return [x0, y0, x1 - x0, y1 - y0]
