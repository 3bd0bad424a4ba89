"""A U-Net for inference on the CPU, faster with the same weights and with no compiler needed.

Three things that leave the function as it is up to rounding:
time embeddings are computed once for each time and class; "double the size, then
convolve 3×3" is folded into one transposed convolution with 4/9 of the products;
and the samples of a batch are split over threads that each compute alone, which
saves the waiting of all threads for each other at every layer.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.networks.layers import Up
from engines.networks.unet import UNet

Part = Callable[[Tensor, Tensor], Tensor]
REMEMBERED = 64 * 2**20  # bytes of time embeddings kept: those of 1,000 steps of a network with a few classes


class SplitNetwork:
    """A U-Net for inference; the plain network wherever a gradient is wanted.

    Args:
        network: in evaluation mode, on the CPU.
        workers: threads to split a batch over; the calling thread is not one of them.
        part: (x, shifts) -> prediction, the network without its embedding; by default the folded network.
    """

    def __init__(self, network: UNet, workers: int, part: Part | None = None) -> None:
        self.network = network
        self.workers = workers
        self._evaluate = folded(network).forward_embedded if part is None else part
        self._rows: dict[float, Tensor] = {}
        self._pool = single_threaded(workers) if workers > 1 else None

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Predict at states x (B, C, H, W), times t (B,) in [0, 1], labels cond (B,) or None."""
        if torch.is_grad_enabled() and (x.requires_grad or self.network.conv_in.weight.requires_grad):
            return self.network(x, t, cond)
        with torch.no_grad():
            return self._split(x, self._shifts(t, cond))

    def _shifts(self, t: Tensor, cond: Tensor | None) -> Tensor:
        """Rows (B, S) of the embedding; looked up where the whole batch is at one time, as in sampling."""
        # stride 0 comes from `expand`: one time for all, known without comparing the numbers
        if t.stride(0) != 0 and len(t) > 1:
            return self.network.embed(t, cond)
        time = float(t[0])
        if time not in self._rows:
            table = self.network.table(t[:1])[0]
            if (len(self._rows) + 1) * table.nbytes > REMEMBERED:
                self._rows.clear()
            self._rows[time] = table
        table = self._rows[time]
        return table[-1:].expand(len(t), -1) if cond is None else table[torch.where(cond < 0, len(table) - 1, cond)]

    def _split(self, x: Tensor, shifts: Tensor) -> Tensor:
        """Evaluate parts of the batch side by side; the same parts for the same batch and number of workers."""
        # too few samples for one a thread: here all threads share each layer
        if self._pool is None or len(x) < self.workers:
            return self._evaluate(x, shifts)
        parts = zip(x.tensor_split(self.workers), shifts.tensor_split(self.workers), strict=True)
        return torch.cat(list(self._pool.map(self._part, parts)))

    def close(self) -> None:
        """End the threads; the network computes on the calling thread from now on."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    @torch.no_grad()
    def _part(self, part: tuple[Tensor, Tensor]) -> Tensor:
        return self._evaluate(*part)


class FoldedUp(nn.Module):
    """Nearest-neighbour doubling and the 3×3 convolution behind it as one transposed convolution.

    A doubled pixel meets the kernel with the sum of the taps that see it: the 4×4 kernel is the
    3×3 kernel convolved with a 2×2 box, at stride 2.
    """

    def __init__(self, up: Up) -> None:
        super().__init__()
        weight = up.conv.weight.detach()
        outputs, inputs = weight.shape[:2]
        # a transposed convolution applies its kernel flipped
        flipped = F.pad(weight.flip(2, 3), (1, 1, 1, 1)).reshape(outputs * inputs, 1, 5, 5)
        # with a border of zeros, so that the 2×2 box also sums the outermost taps: 5×5 becomes 4×4
        box = F.conv2d(flipped, weight.new_ones(1, 1, 2, 2)).reshape(outputs, inputs, 4, 4).transpose(0, 1)
        self.weight = nn.Parameter(box.contiguous(memory_format=torch.channels_last), requires_grad=False)
        self.bias = up.conv.bias

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, 2H, 2W)."""
        return F.conv_transpose2d(x, self.weight, self.bias, stride=2, padding=1)


def folded(network: UNet) -> UNet:
    """A copy for inference in channels_last with its doublings folded; no gradient."""
    fast = copy.deepcopy(network).eval().requires_grad_(False)
    for level in fast.up:
        if isinstance(level.change, Up):
            level.change = FoldedUp(level.change)
    return cast(Any, fast).to(memory_format=torch.channels_last)


def single_threaded(workers: int) -> ThreadPoolExecutor:
    """A pool whose threads each compute alone; they end when the pool is shut down."""
    count, ready = torch.get_num_threads(), Barrier(workers + 1)
    pool = ThreadPoolExecutor(workers, "network", _alone, (ready,))
    for _ in range(workers):
        pool.submit(_nothing)
    ready.wait()
    torch.set_num_threads(count)  # a worker's choice would else become that of threads started later
    return pool


def _alone(ready: Barrier) -> None:
    """Make the calling worker compute on one thread."""
    torch.set_num_threads(1)
    ready.wait()


def _nothing() -> None:
    """A first task that brings a worker to life."""
