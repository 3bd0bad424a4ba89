"""Devices: what this machine offers, and the precision and memory format each prefers."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engines.errors import NoDevice


@dataclass(frozen=True, slots=True)
class Device:
    """A place to compute.

    kind: "cpu", "cuda", "cuda:1" or "mps"; title: for people ("NVIDIA RTX 4090");
    autocast: dtype of the forward pass, None where float32 is fastest or safest;
    memory_format: channels_last where convolutions profit.
    """

    kind: str
    title: str
    autocast: torch.dtype | None
    memory_format: torch.memory_format

    @property
    def torch(self) -> torch.device:
        """The torch device."""
        return torch.device(self.kind)


def devices() -> list[Device]:
    """All devices of this machine, the fastest first; the CPU is always there."""
    return [*_cuda(), *_mps(), _cpu()]


def device(kind: str = "auto") -> Device:
    """The device of that kind; "auto" takes the fastest. Raises NoDevice naming what exists."""
    found = devices()
    if kind == "auto":
        return found[0]
    for candidate in found:
        # “cuda” means the first of several cards
        if candidate.kind == kind or candidate.kind.split(":")[0] == kind:
            return candidate
    raise NoDevice(f"Device “{kind}” does not exist here; choose {' or '.join(d.kind for d in found)}.")


def _cuda() -> list[Device]:
    """CUDA devices; bfloat16 where the hardware has it."""
    if not torch.cuda.is_available():
        return []
    # bfloat16 first: it has float32's range, so nothing overflows on the way
    dtype = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return [Device(f"cuda:{i}", torch.cuda.get_device_name(i), dtype, torch.channels_last)
            for i in range(torch.cuda.device_count())]


def _mps() -> list[Device]:
    """Apple's GPU, in float32: half precision is not faster for small networks there."""
    if not torch.backends.mps.is_available():
        return []
    return [Device("mps", "Apple GPU", None, torch.contiguous_format)]


def _cpu() -> Device:
    """The CPU in float32: bfloat16 is many times slower on processors without AMX."""
    return Device("cpu", "CPU", None, torch.channels_last)
