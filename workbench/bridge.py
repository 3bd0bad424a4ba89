"""The one module of the window that knows torch: threads, memory, tensors as arrays, versions.

torch is imported inside the functions, which run on the engine thread, so that
importing this module costs nothing before the window is visible.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import math
import os
import platform
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

MUCH = 64 * 2**20  # bytes that a process may grow by before it is asked what of them it still needs
NICENESS = 10  # half of the scale downwards: the window's thread wins, and the engine still gets every idle moment
REPORTED = ("torch", "numpy", "PySide6", "pydantic", "safetensors", "Pillow")


def engine_threads() -> int:
    """How many threads the engine computes with: one core is left to the window."""
    return max(1, cores() - 1)


def cores() -> int:
    """How many processors this program may use: a container or taskset may allow fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def prepare_thread() -> None:
    """Make the calling thread the engine's: lower its priority and set its number of compute threads."""
    lower_priority()
    use_threads(engine_threads())


def lower_priority() -> None:
    """Let the window go first; only Linux has a priority for a single thread that Python can reach."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def use_threads(number: int) -> None:
    """Compute with so many threads; results depend on it in the last bit, so a recipe records it."""
    import torch

    wanted = max(1, min(number, cores()))
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)


def threads_of(backend: str | None) -> int:
    """The number of threads a recipe asks for, as far as there are so many; the engine's own where it says none."""
    return max(1, min(int(backend), cores())) if backend and backend.isdigit() else engine_threads()


def ran_out(error: BaseException) -> bool:
    """Whether an exception means that memory ran out, on any device."""
    from engines.memory import ran_out as engine_ran_out

    return engine_ran_out(error)


def release_memory() -> None:
    """Give memory that torch keeps for later back to the device."""
    from engines.memory import release

    release()


def device_memory() -> int:
    """Bytes that torch holds on the graphics card; 0 without one or before torch is imported."""
    # looked up, not imported: an import on the window's thread would freeze it for seconds
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return 0
    return int(torch.cuda.memory_allocated())


def process_memory() -> int:
    """Bytes of main memory this process holds, or ever held where that alone is told (macOS); 0 where nothing is."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        peak = peak_memory()
        return int(peak) if math.isfinite(peak) else 0


def give_back_memory() -> None:
    """Give memory that is free back to the system where the C library keeps it (glibc): some 70 ms a gibibyte.

    What was made between the steps of a long run and is still in use lies among them, and would hold all of it.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # other C libraries have no such call
            ctypes.CDLL(None).malloc_trim(0)


class SpareMemory:
    """Gives memory back once the process has grown by `MUCH` since it last was: what runs that are gone left behind.

    Args:
        give: has memory given back in a thread that can wait for it: a gibibyte takes a tenth of a second.
    """

    def __init__(self, give: Callable[[], object]) -> None:
        self._give, self._least = give, process_memory()  # bytes held when all that was free had been given back

    def tend(self, used: int) -> None:
        """Have memory given back where that is worth it: `used` bytes are held now."""
        if used > self._least + MUCH:
            self._give()
            self._least = used  # until the next time tells how little is left
        self._least = min(self._least, used)


def peak_memory() -> float:
    """The most main memory this process ever held, in bytes; NaN where the system does not tell (Windows)."""
    if sys.platform == "win32":
        return math.nan
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # ru_maxrss counts bytes on macOS and kilobytes elsewhere
    return float(peak if sys.platform == "darwin" else peak * 1024)


def array(tensor: Any) -> np.ndarray:
    """A tensor (or array) as an array on the CPU, float32 where it is a half."""
    if not hasattr(tensor, "detach"):
        return np.asarray(tensor)
    held = tensor.detach().cpu()
    return (held.float() if held.dtype.itemsize == 2 and held.dtype.is_floating_point else held).numpy()


def responsibilities(points: np.ndarray, weights: np.ndarray, means: np.ndarray,
                     covariances: np.ndarray) -> np.ndarray:
    """p(component | point) of points (N, d) in a mixture of K: (N, K); a component of weight 0 has no share."""
    import torch

    from engines.mixture import Mixture

    left = weights > 0
    shares = np.zeros((len(points), len(weights)))
    mixture = Mixture(*(torch.as_tensor(part[left]) for part in (weights, means, covariances)))
    shares[:, left] = mixture.responsibilities(torch.as_tensor(points)).numpy()
    return shares


def own_version() -> str:
    """The version of this program, "" where it runs without being installed."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version("diffusion-workbench")
    return ""


def versions() -> dict[str, str]:
    """What a report says of this machine and its libraries."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for name in REPORTED:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found
