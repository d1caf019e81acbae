# SPDX-License-Identifier: Apache-2.0
"""What each cell of the detector should say, how wrong it is, and the boxes that its cells mean.

Which cells tell a person is not fixed: of those near the middle of the box, the ones take it
that do best already, in score and overlap together; their aim is a score that grows with the
overlap. Cells where somebody may be, but no two sources say so, have no aim.

Methods: assignment aligned with the task, Feng et al., "TOOD" (2021), within reach of the middle
as in Ge et al., "YOLOX" (2021); quality as the score's aim, Li et al., "Generalized Focal Loss"
(2020); distance and overlap of boxes, Zheng et al., "Distance-IoU Loss" (2020).
"""

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from .detector import cells, corners

REACH = 2.5   # cells around the middle of a box that may take it, in strides
TOP = 10      # cells a person at most
FLOOR = 0.05  # score below which a box is not looked at


def fit(a, b, far=False):
    """Overlap of boxes x0, y0, x1, y1 (last axis; the rest is broadcast).

    @param far less how far apart the middles are, as a part of what holds both"""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (high - low).clamp_min(0).prod(dim=-1)
    area_a, area_b = ((c[..., 2:] - c[..., :2]).clamp_min(0).prod(dim=-1) for c in (a, b))
    found = both / (area_a + area_b - both).clamp_min(1e-6)
    if not far:
        return found
    hull = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    return found - (apart ** 2).sum(dim=-1) / (hull ** 2).sum(dim=-1).clamp_min(1e-6)


def candidates(boxes, middles, strides):
    """@return N x people x cells: may the cell take the box?"""
    centre = (boxes[..., :2] + boxes[..., 2:]) / 2
    half = (boxes[..., 2:] - boxes[..., :2]) / 2
    away = (middles.T[None, None] - centre[:, :, None]).abs()
    inside = torch.maximum(half[:, :, None], 0.75 * strides[None, None, :, None])
    return (away <= torch.minimum(inside, REACH * strides[None, None, :, None])).all(dim=-1)


@torch.no_grad()
def assign(scores, found, boxes, weight, middles, strides):
    """@param scores N x cells, found N x cells x 4: what the network says
    @param boxes N x people x 4, weight N x people: 1 a person, 0 in doubt, -1 nobody
    @return (aim N x cells, owner N x cells: whose box, -1: nobody's, counts N x cells)"""
    may = candidates(boxes, middles, strides) & (weight > 0)[..., None]
    overlap = fit(boxes[:, :, None], found[:, None])
    good = torch.where(may, scores[:, None].clamp_min(1e-4).sqrt() * overlap ** 4 + 1e-9, 0)
    top = good.topk(TOP, dim=-1)
    chosen = torch.zeros_like(good).scatter_(-1, top.indices, (top.values > 0).float()) > 0
    # A cell that several people want takes the one whose box it tells best.
    owner = torch.where(chosen, overlap, -1.0).max(dim=1)
    mine = owner.values >= 0
    alone = F.one_hot(owner.indices, boxes.shape[1]).transpose(1, 2).bool() & chosen
    good, overlap = good * alone, overlap * alone
    best = overlap.amax(dim=-1, keepdim=True)
    aim = (good / good.amax(dim=-1, keepdim=True).clamp_min(1e-9) * best).sum(dim=1)
    place = middles.T[None, None]
    doubtful = ((place >= boxes[:, :, None, :2]) & (place <= boxes[:, :, None, 2:])).all(dim=-1)
    doubtful = (doubtful & (weight == 0)[..., None]).any(dim=1)
    return aim, torch.where(mine, owner.indices, -1), mine | ~doubtful


def loss(z, labels, width, height):
    """@param labels N x people x (x0, y0, x1, y1, weight)
    @return (sum to minimise, the share of the boxes in it)"""
    z = z.float()
    middles, strides = cells(width, height, z.device)
    found, scores = corners(z, middles, strides), torch.sigmoid(z[:, 4])
    most = max(1, int((labels[..., 4] >= 0).sum(dim=1).max()))
    boxes, weight = labels[:, :most, :4], labels[:, :most, 4]
    aim, owner, counts = assign(scores.detach(), found.detach(), boxes, weight, middles, strides)
    whole = aim.sum().clamp_min(1)
    right = F.binary_cross_entropy_with_logits(z[:, 4], aim, reduction="none")
    easy = torch.where(owner >= 0, (aim - scores).abs().detach() ** 1.5,
                       0.75 * scores.detach() ** 2)
    score = (right * easy * counts).sum() / whole
    mine = owner >= 0
    wanted = boxes.gather(1, owner.clamp_min(0)[..., None].expand(-1, -1, 4))
    apart = ((1 - fit(found[mine], wanted[mine], far=True)) * aim[mine]).sum() / whole
    return 2.0 * score + 2.0 * apart, apart.detach()


def sift(found, scores, most=0.5, count=100):
    """Of boxes that overlap by more than `most` the surer one stays, as in stance.

    @return rows x0, y0, x1, y1, score, the best first"""
    sizes = torch.cat([found[:, :2], found[:, 2:] - found[:, :2]], dim=1)
    kept = cv2.dnn.NMSBoxes(sizes.tolist(), scores.tolist(), FLOOR, most, top_k=1000)
    kept = torch.tensor(np.array(kept, np.int64).ravel()[:count])
    return torch.cat([found[kept], scores[kept, None]], dim=1)


def decode(z, width, height):
    """@return for each picture rows x0, y0, x1, y1, score"""
    z = z.float().cpu()
    found, scores = corners(z, *cells(width, height)), torch.sigmoid(z[:, 4])
    return [sift(f, s) for f, s in zip(found, scores)]
