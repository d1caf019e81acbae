# SPDX-License-Identifier: Apache-2.0
"""Several processes that train one network: each learns from its share of every batch, and they
take the mean of their gradients. On a processor one of one thread for each core is about 1.4
times as fast as one with as many threads, which wait for each other at each layer.

Method: synchronous data parallelism, as in PyTorch's DistributedDataParallel, by the same library
(gloo). All processes make the same steps, so their weights stay the same.
"""

import tempfile

import torch
import torch.distributed as dist
import torch.multiprocessing


def run(count, work, *args):
    """Calls work(number, *args) in each of `count` processes.

    They are forks, so that what was read before is there once; nothing may have been reckoned
    with torch by then, whose threads do not survive that."""
    if count == 1:
        work(0, *args)
        return
    with tempfile.TemporaryDirectory(prefix="stance-training-") as folder:
        torch.multiprocessing.start_processes(member, (count, f"file://{folder}/meeting", work, args),
                                              count, start_method="fork")


def member(number, count, meeting, work, args):
    dist.init_process_group("gloo", init_method=meeting, rank=number, world_size=count)
    work(number, *args)
    dist.destroy_process_group()


def mean_gradients(net):
    """Gives each process the mean of all processes' gradients."""
    if not dist.is_initialized():
        return
    flat = torch.cat([p.grad.flatten() for p in net.parameters()])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    at = 0
    for p in net.parameters():
        p.grad.copy_(flat[at:at + p.numel()].view_as(p))
        at += p.numel()


def any_of(said):
    """Does one of the processes say so? For decisions that all have to take alike."""
    if not dist.is_initialized():
        return said
    flag = torch.tensor(float(said))
    dist.all_reduce(flag)
    return flag.item() > 0
