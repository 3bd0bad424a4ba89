"""A device other than the CPU, imitated on any machine: it has no float64, and nothing of the CPU mixes with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from engines.device import Device

ELSEWHERE = Device("mps", "a pretended device", None, torch.contiguous_format)
INDEXING = {Tensor.__getitem__, Tensor.__setitem__}  # by indices of the CPU, as devices allow it


class There(Tensor):
    """A tensor that lies on the pretended device."""


class OtherDevice(TorchFunctionMode):
    """While it is entered there is a second device, `ELSEWHERE`, with tensors of class `There`.

    Parameters of networks count as lying wherever they are needed.
    """

    def __torch_function__(self, func: Callable[..., Any], types: Sequence[type], args: Sequence[Any] = (),
                           kwargs: Mapping[str, Any] | None = None) -> Any:
        """Call func where its tensors lie; raises TypeError for float64 there, RuntimeError for a mixture."""
        given, name = dict(kwargs or {}), getattr(func, "__name__", "")
        inputs = _tensors([*args, *given.values()])
        there = any(isinstance(one, There) for one in inputs)
        if getattr(func, "__self__", None) is Tensor.device:
            return _device(inputs[0])
        if there and func is Tensor.numpy:
            raise TypeError("numpy cannot read what lies on the device")
        wanted = _told(func, args, given)
        strange = any(one.ndim and not isinstance(one, There | torch.nn.Parameter) for one in inputs)
        if there and strange and wanted is None and func not in INDEXING:
            raise RuntimeError(f"{name}: expected all tensors to be on the same device")
        # subclasses would make their own of the results
        with torch._C.DisableTorchFunctionSubclass():
            found = func(*map(_here, args), **{key: _here(value) for key, value in given.items()})
        return _put(name, there if wanted is None else wanted == ELSEWHERE.torch, found)


def _tensors(values: Sequence[Any]) -> list[Tensor]:
    """Those among arguments, also within lists."""
    flat = [one for value in values for one in (value if isinstance(value, list | tuple) else [value])]
    return [one for one in flat if isinstance(one, Tensor)]


def _device(x: Tensor) -> torch.device:
    return ELSEWHERE.torch if isinstance(x, There) else torch.device("cpu")


def _told(func: Callable[..., Any], args: Sequence[Any], given: Mapping[str, Any]) -> torch.device | None:
    """Where a function is told to put its result, None where it is not told."""
    if func is Tensor.cpu:
        return torch.device("cpu")
    for one in [given.get("device"), *(args[1:] if func is Tensor.to else ())]:
        if isinstance(one, torch.device | str):
            return torch.device(one)
        if isinstance(one, Tensor):  # `x.to(other)` takes its place as well
            return _device(one)
    return None


def _here(value: Any) -> Any:
    return torch.device("cpu") if isinstance(value, torch.device) else value


def _put(name: str, there: bool, value: Any) -> Any:
    """A result as one of its device."""
    if type(value) in {list, tuple}:
        return type(value)(_put(name, there, one) for one in value)
    if not isinstance(value, Tensor) or isinstance(value, torch.nn.Parameter):
        return value
    if there and value.dtype is torch.float64:
        raise TypeError(f"{name}: the device has no float64")
    return value.as_subclass(There if there else Tensor)
