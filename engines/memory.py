"""What to do when a batch does not fit into memory."""

from __future__ import annotations

from collections.abc import Callable

import torch

SHORT = ("out of memory", "can't allocate memory", "not enough memory")


def ran_out(error: BaseException) -> bool:
    """Whether an exception means that memory ran out, on any device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    # the allocators of MPS and of the CPU (another on Windows) raise a plain RuntimeError, known by its words alone
    text = str(error).lower()
    return isinstance(error, RuntimeError) and (any(words in text for words in SHORT))


def release() -> None:
    """Give cached memory back to the device."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def largest_fit(attempt: Callable[[int], object], below: int) -> int:
    """The largest batch below `below`, halving each time, for which attempt(batch) has memory; 0 for none."""
    size = below // 2
    while size >= 1:
        try:
            attempt(size)
        except Exception as error:
            if not ran_out(error):
                raise
            release()
            size //= 2
        else:
            return size
    return 0
