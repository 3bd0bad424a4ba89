"""How many processor threads to compute with."""

from __future__ import annotations

import torch


def use_threads(count: int) -> None:
    """Let torch compute with `count` threads, from 1 on; the calling thread and those it starts later."""
    torch.set_num_threads(count)


def threads() -> int:
    """How many threads the calling thread computes with."""
    return torch.get_num_threads()
