"""A network as a compiled library: made once by another process, kept in the user's cache, found by its model.

torch's ahead-of-time compiler writes a library with a plain C interface. It is called through
ctypes, which lets go of Python's lock while it computes: torch's own loader keeps it, so that
two threads could not compute at once. Whatever fails here means "not ready", never an error.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import weakref
from pathlib import Path
from typing import Any, cast

import platformdirs
import torch
from torch import Tensor

FORMAT = 2  # of the compiled interface: (x, shifts) -> prediction, any batch


def cache_folder() -> Path:
    """Where compiled networks are kept: in WORKBENCH_HOME where that is set, else in the user's cache."""
    chosen = os.environ.get("WORKBENCH_HOME")
    home = Path(chosen).expanduser() / "cache" if chosen else platformdirs.user_cache_path("diffusion-workbench", False)
    return home / "compiled"


def library_file(sha256: str) -> Path:
    """The library of the model file with that checksum, for this torch and processor; may not exist yet."""
    parts = (FORMAT, torch.__version__, torch.backends.cpu.get_cpu_capability(), platform.system(), platform.machine(),
             platform.python_version(), sha256)
    return cache_folder() / f"{hashlib.sha256('/'.join(map(str, parts)).encode()).hexdigest()[:32]}.so"


class Library:
    """The compiled function (x, shifts) -> prediction; several threads may call it at once.

    Args:
        file: what `library_file` names.
        callers: how many threads call at once.

    Raises:
        OSError, RuntimeError, AttributeError: the library cannot be used.
    """

    def __init__(self, file: Path, callers: int) -> None:
        self._library = ctypes.CDLL(str(file))
        self._container = ctypes.c_void_p()
        create = self._library.AOTInductorModelContainerCreateWithDevice
        if create(ctypes.byref(self._container), ctypes.c_size_t(callers), b"cpu", None):
            raise RuntimeError(f"{file.name} makes no container")
        weakref.finalize(self, self._library.AOTInductorModelContainerDelete, self._container)

    @torch.no_grad()
    def __call__(self, x: Tensor, shifts: Tensor) -> Tensor:
        """Evaluate at states x (B, C, H, W) with rows (B, S) of the embedding."""
        inputs = (ctypes.c_void_p * 2)(*_handles([x.contiguous(), shifts.contiguous()]))
        outputs = (ctypes.c_void_p * 1)()
        run = self._library.AOTInductorModelContainerRun
        if run(self._container, inputs, ctypes.c_size_t(2), outputs, ctypes.c_size_t(1), None, None):
            raise RuntimeError("the compiled network failed")
        return _taken(outputs[0])


def _interface() -> Any:
    """torch's own conversion between tensors and the handles of compiled code."""
    return cast(Any, torch)._C._aoti


def _handles(tensors: list[Tensor]) -> list[int]:
    """One handle a tensor; the compiled function takes them over and frees them."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return [pointer(capsule, None) for capsule in _interface().unsafe_alloc_void_ptrs_from_tensors(tensors)]


def _taken(handle: int | None) -> Tensor:
    """The tensor behind a handle that compiled code gave away."""
    wrap = ctypes.pythonapi.PyCapsule_New
    wrap.restype, wrap.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    # the conversion of a single handle leaves the handle behind, with the tensor's memory; that of a list frees it
    return _interface().alloc_tensors_by_stealing_from_void_ptrs([wrap(handle, None, None)])[0]
