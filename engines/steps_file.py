"""The file of a recorded run: safetensors, written and read without holding it in memory."""

from __future__ import annotations

import errno
import json
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
FORMAT = "diffusion-workbench trajectory"
NAMES = {"<f8": "F64", "<f4": "F32", "<f2": "F16", "<i8": "I64"}
DTYPES = {name: np.dtype(code) for code, name in NAMES.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """One array of a saved trajectory: `read(i)` gives step i's (*tail) values, stored as `dtype`."""

    name: str
    dtype: np.dtype[Any]
    tail: tuple[int, ...]
    read: Callable[[int], Any]

    def size(self) -> int:
        """Bytes of one step."""
        return int(np.prod(self.tail, dtype=np.int64)) * self.dtype.itemsize


def reserve(file: IO[bytes], size: int) -> None:
    """Claim the whole file now: a full disk under a mapped file would kill the process later."""
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, max(size, 1))
            return
    except OSError as error:
        if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL}:
            raise
    # some file systems cannot claim room (ZFS, network drives); there the file only gets its length
    file.truncate(max(size, 1))


def write_steps(out: IO[bytes], parts: list[Part], steps: range, about: dict[str, str]) -> None:
    """A safetensors file, streamed: a recording may be larger than the memory."""
    header: dict[str, Any] = {"__metadata__": about}
    end = 0
    for part in parts:
        begin, end = end, end + part.size() * len(steps)
        header[part.name] = {"dtype": NAMES[part.dtype.str], "shape": [len(steps), *part.tail],
                             "data_offsets": [begin, end]}
    # safetensors: length of the header, the header as JSON, then the bytes of all arrays
    text = json.dumps(header).encode()
    # arrays begin at a multiple of 8 bytes, so that a mapped float64 is aligned
    text += b" " * (-len(text) % 8)
    out.write(struct.pack("<Q", len(text)) + text)
    for chunk in _chunks(parts, steps):
        out.write(chunk)


def _chunks(parts: list[Part], steps: range) -> Iterator[bytes]:
    """The bytes of all parts in order; estimates beyond float16 become its largest value."""
    for part in parts:
        top = np.finfo(np.float16).max if part.dtype.itemsize == 2 else None
        for i in steps:
            values = np.asarray(part.read(i))
            yield (values if top is None else values.clip(-top, top)).astype(part.dtype).tobytes()


def map_steps(file: Path) -> tuple[dict[str, str], dict[str, Array]]:
    """Metadata and memory-mapped arrays of a safetensors file of ours; raises ValueError for any other."""
    with file.open("rb") as handle:
        length = struct.unpack("<Q", handle.read(8))[0]
        # a damaged length must not read gigabytes
        header = json.loads(handle.read(min(length, 2**20)))
    about = header.pop("__metadata__")
    if about.get("format") != FORMAT:
        raise ValueError("another format")
    return about, {name: _map(file, entry, 8 + length) for name, entry in header.items()}


def _map(file: Path, entry: dict[str, Any], start: int) -> Array:
    """One array of the file; an empty one cannot be mapped."""
    dtype, shape = DTYPES[entry["dtype"]], tuple(entry["shape"])
    if 0 in shape:
        return np.zeros(shape, dtype)
    return np.memmap(file, dtype, "r", start + entry["data_offsets"][0], shape)


def padded(array: Array, pad: list[tuple[int, int]]) -> Array:
    """The array at its place among all steps, NaN elsewhere."""
    return np.pad(np.asarray(array, dtype=np.float64), pad + [(0, 0)] * (array.ndim - 1), constant_values=np.nan)


class Shifted:
    """An array whose index starts at `first`, as if the steps before it were there."""

    def __init__(self, array: Array, first: int) -> None:
        self.array, self.first = array, first

    def __getitem__(self, i: int | slice) -> Array:
        if isinstance(i, slice):
            return self.array[slice(i.start - self.first, i.stop - self.first)]
        return self.array[i - self.first]


def told(norms: Array, columns: int) -> Array:
    """Norms (…, B) as so many columns: their mean where it is one for all."""
    return norms if norms.shape[-1] == columns else norms.mean(axis=-1, keepdims=True)
