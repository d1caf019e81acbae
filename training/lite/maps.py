# SPDX-License-Identifier: Apache-2.0
"""Heatmaps: what the network should say, how wrong it is, and the places its maps mean.

Cell i stands for the pixel i x stride, counted from the middle of the first, as stance's decoder
"heatmap-dark" has it.

A map is a sigmoid of the network's numbers z, near a bell g around the point, as high as the
point is sure to be seen, and empty where a point lies outside the crop. Two losses ask for the
same z: cross entropy of each cell, which makes the height a score, and cross entropy of all cells
as one distribution, g / (1 - g) over its sum, which finds the place fast from the beginning.
The second is that of heatmap regression as classification, as in Li et al., "SimCC" (2022).
"""

import torch
import torch.nn.functional as F

from .network import STRIDE

MEAN, SCALE = 127.5, 1 / 64.0  # of the input, as the card says
SPREAD = 1.4  # of a bell, in cells
TOP = 0.9     # height of a point that is surely seen


def to_input(pictures):
    """N x H x W x 3 bytes to what the network takes."""
    x = pictures.permute(0, 3, 1, 2).float()
    return ((x - MEAN) * SCALE).contiguous(memory_format=torch.channels_last)


def fast(device):
    """Within it, products are reckoned in bf16, where the processor has it; else that is slower."""
    there = torch.device(device).type != "cpu" or torch.cpu.get_capabilities().get("avx512_bf16")
    return torch.autocast(device, torch.bfloat16, enabled=bool(there))


def targets(points, cells):
    """@param points N x 17 x (x, y, weight, seen)
    @return (N x 17 x cells x cells bells, N x 17 weights, N x 17: in the crop)"""
    place = (points[..., :2] - 0.5) / STRIDE
    inside = ((place > -0.5) & (place < cells - 0.5)).all(dim=-1)
    line = torch.arange(cells, device=points.device, dtype=torch.float32)
    x = torch.exp(-0.5 * ((line - place[..., :1]) / SPREAD) ** 2)
    y = torch.exp(-0.5 * ((line - place[..., 1:2]) / SPREAD) ** 2)
    height = TOP * (0.35 + 0.65 * points[..., 3].clamp(0, 0.85) / 0.85) * inside
    return height[..., None, None] * y[..., :, None] * x[..., None, :], points[..., 2], inside


def loss(z, points):
    """@return (sum to minimise, the share of the places in it)"""
    z = z.float()
    bells, weight, inside = targets(points, z.shape[-1])
    cell = F.binary_cross_entropy_with_logits(z, bells, reduction="none")
    # Away from the bell a cell counts less: there are a hundred times as many of them.
    cell = (cell * (0.1 + 0.9 * (bells > 0.02))).sum(dim=(2, 3)) / 30
    flat = bells / (1 - bells)
    flat = (flat / flat.sum(dim=(2, 3), keepdim=True).clamp_min(1e-6)).flatten(2)
    apart = -(flat * F.log_softmax(z.flatten(2), dim=-1)).sum(dim=-1)
    here = weight * inside
    where = (apart * here).sum() / here.sum().clamp_min(1)
    height = (cell * weight).sum() / weight.sum().clamp_min(1)
    return where + height, where.detach()


def decode(z):
    """Places in pixels of the input, and scores: the top cell, and the top of a bell through it
    and its neighbours. @return N x 17 x (x, y, score)"""
    n, k, h, w = z.shape
    flat = z.float().flatten(2)
    top, at = flat.max(dim=-1)
    cx, cy = at % w, at // w
    log = F.logsigmoid(F.pad(z.float(), (1, 1, 1, 1), mode="replicate")).flatten(2)

    def value(dx, dy):
        return log.gather(2, ((cy + 1 + dy) * (w + 2) + cx + 1 + dx)[..., None])[..., 0]

    def offset(before, here, behind):
        bend = before - 2 * here + behind
        return torch.where(bend < -1e-6, 0.5 * (before - behind) / bend,
                           torch.zeros_like(bend)).clamp(-1, 1)

    here = value(0, 0)
    x = (cx + offset(value(-1, 0), here, value(1, 0))) * STRIDE + 0.5
    y = (cy + offset(value(0, -1), here, value(0, 1))) * STRIDE + 0.5
    return torch.stack([x, y, torch.sigmoid(top)], dim=-1)


def measure(found, points):
    """@param found N x 17 x (x, y, score), points N x 17 x (x, y, weight, seen)
    @return {"pck": share within 0.2 of the trunk, "oks": mean similarity, "joints": PCK of each}"""
    from .common import SIGMAS
    known = points[..., 2] > 0
    apart = (found[..., :2] - points[..., :2]).norm(dim=-1)
    trunk = torch.maximum((points[:, 5, :2] - points[:, 12, :2]).norm(dim=-1),
                          (points[:, 6, :2] - points[:, 11, :2]).norm(dim=-1))
    whole = known[:, [5, 6, 11, 12]].all(dim=-1)
    right = (apart < 0.2 * trunk[:, None]) & known
    counted = known & whole[:, None]
    joints = (right & counted).sum(dim=0) / counted.sum(dim=0).clamp_min(1)
    big = torch.where(known[..., None], points[..., :2], torch.full_like(points[..., :2], -1e9))
    small = torch.where(known[..., None], points[..., :2], torch.full_like(points[..., :2], 1e9))
    # COCO's areas are of outlines, about half of a box; its boxes hold head and feet as well.
    area = 0.53 * ((big.amax(dim=1) - small.amin(dim=1)) * 1.1).prod(dim=-1).clamp_min(100)
    spread = (2 * torch.tensor(SIGMAS, device=found.device)) ** 2
    alike = torch.exp(-apart ** 2 / (2 * area[:, None] * spread))
    oks = (alike * known).sum(dim=1) / known.sum(dim=1).clamp_min(1)
    return {"pck": ((right & counted).sum() / counted.sum().clamp_min(1)).item(),
            "oks": oks.mean().item(), "joints": joints.tolist()}
