"""Trajectory: every step of a run, in memory up to a budget and then in a memory-mapped file.

Only numpy: the tensors of a `Step` are turned into arrays when they are appended,
on the engine thread. One writer and any number of readers may use it at the same
time, since a slot is written once and counted only afterwards.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, cast

import numpy as np

from engines.errors import BadInput, WorkbenchError
from engines.files import explained, write_with
from engines.recorded_size import BUDGET, CROWD
from engines.samplers.base import Step
from engines.steps_file import FORMAT, Part, Shifted, map_steps, padded, reserve, told, write_steps

Array = np.ndarray[Any, np.dtype[Any]]
NOISE, DRIFT = "noise", "drift"
MOST_STEPS = 10_000_000  # RePaint with its largest options makes about 200,000


class Trajectory:
    """States, denoised estimates, moves of terms, term norms and curves by step.

    Args:
        shape: of one batch (B, C, H, W).
        total: index of the last step; a complete run has total+1 steps.
        budget: bytes of memory for the states; above it they go to a file.
        folder: where that file is made; the system's temporary folder by default.
    """

    def __init__(self, shape: tuple[int, ...], total: int, *, budget: int = BUDGET, folder: Path | None = None) -> None:
        self.shape, self.total = tuple(shape), total
        self._budget, self._folder = budget, folder
        self._used = 0
        self._files = list[Path]()
        self._large = dict[str, Array]()
        try:
            self._large = {name: self._room(np.float32) for name in ("x", "x0")}
        except WorkbenchError:
            self._discard()  # the room of the first, where there is none for the second
            raise
        self._told = self.shape[0] if self.shape[0] <= CROWD else 1
        self._deltas = dict[str, Array]()
        self._terms = dict[str, Array]()
        self._curves = dict[str, Array]()
        self._drift = dict[str, Array]()
        self._t = np.full(total + 1, np.nan)
        self._nfe = np.zeros(total + 1, np.int64)
        self._first = self._stop = 0

    def __len__(self) -> int:
        """How many steps are recorded; they are `first` … `last` without gaps."""
        return self._stop - self._first

    @property
    def first(self) -> int:
        """Index of the first recorded step: 0, or where a resumed run began."""
        return self._first

    @property
    def last(self) -> int:
        """Index of the last recorded step; first − 1 when there is none."""
        return self._stop - 1

    @property
    def complete(self) -> bool:
        """Whether the result, step `total`, is recorded."""
        return self._stop == self.total + 1

    @property
    def nbytes(self) -> int:
        """Bytes of main memory that recorded images take; 0 for what lies in a file."""
        arrays = [*self._large.values(), *self._deltas.values()]
        return len(self) * sum(a[self._first].nbytes for a in arrays if type(a) is np.ndarray) if len(self) else 0

    def append(self, step: Step, curves: Mapping[str, float] | None = None) -> None:
        """Record a step; raises BadInput when it does not follow the last one."""
        i = step.index
        if len(self) and i != self._stop:
            raise BadInput(f"Step {i} cannot follow step {self.last}; record the steps in order.")
        self._large["x"][i] = _numpy(step.x)
        self._large["x0"][i] = _numpy(step.x0)
        for name, delta in step.deltas.items():
            self._slot(self._deltas, name)[i] = _numpy(delta)
        if step.fresh is not None:
            self._slot(self._deltas, NOISE)[i] = _numpy(step.fresh)
        if step.drift is not None:
            self._row(self._drift, DRIFT, (2,))[i] = step.drift
        for name, norms in step.terms.items():
            self._row(self._terms, name, (self._told,))[i] = told(_numpy(norms), self._told)
        for name, value in (curves or {}).items():
            self._row(self._curves, name, ())[i] = value
        self._t[i], self._nfe[i] = step.t, step.nfe
        if not len(self):
            self._first = i
        # counted only now that all of it is written: readers on other threads look at nothing beyond
        self._stop = i + 1

    def prepend(self, parent: Trajectory, stop: int) -> None:
        """Take the steps before `stop` from the run this one branched off, so that it scrubs whole.

        Must be called before the first append; a parent of another shape is ignored.
        """
        # another count or number of steps: its steps are not those this run would have had
        if len(self) or parent.shape != self.shape or parent.total != self.total or not len(parent):
            return
        span = slice(parent.first, min(stop, parent.last + 1))
        for name, array in self._large.items():
            array[span] = parent._large[name][span]
        for name, array in parent._deltas.items():
            self._slot(self._deltas, name)[span] = array[span]
        for name, array in parent._terms.items():
            self._row(self._terms, name, (self._told,))[span] = told(array[span], self._told)
        for name, array in parent._curves.items():
            self._row(self._curves, name, ())[span] = array[span]
        for name, array in parent._drift.items():
            self._row(self._drift, name, (2,))[span] = array[span]
        self._t[span], self._nfe[span] = parent._t[span], parent._nfe[span]
        self._first, self._stop = span.start, max(span.start, span.stop)

    def x(self, i: int) -> Array:
        """State of step i: (B, C, H, W) float32, read-only."""
        return self._read(self._large, "x", i)

    def x0(self, i: int) -> Array:
        """Denoised estimate at step i: (B, C, H, W) float32, read-only."""
        return self._read(self._large, "x0", i)

    def before(self, i: int, most: int) -> tuple[Array, ...]:
        """Copies of the states of at most so many steps before step i, the latest first."""
        return tuple(np.array(self.x(k)) for k in range(i - 1, max(self._first, i - most) - 1, -1))

    def delta(self, name: str, i: int) -> Array | None:
        """What a term moved at step i, (B, C, H, W), or None where it did nothing; noise where no `drift` tells it."""
        return self._read(self._deltas, name, i) if name in self._deltas else None

    def drift(self, i: int) -> tuple[float, float] | None:
        """(a, b) where the move from step i was a·x + b·x0 and fresh noise; None where that was not recorded."""
        a, b = self._drift[DRIFT][self._known(i)] if DRIFT in self._drift else (np.nan, np.nan)
        return None if np.isnan(a) else (float(a), float(b))

    def t(self, i: int) -> float:
        """Time of step i."""
        return float(self._t[self._known(i)])

    def nfe(self, i: int) -> int:
        """Network evaluations up to and with step i."""
        return int(self._nfe[self._known(i)])

    @property
    def deltas(self) -> tuple[str, ...]:
        """Names of the guidance terms that were recorded."""
        return tuple(name for name in self._deltas if name != NOISE)

    @property
    def terms(self) -> dict[str, Array]:
        """Norm of each term by name: (recorded, B), of a crowd its mean (recorded, 1); NaN at the last step."""
        return {name: a[self._first:self._stop] for name, a in list(self._terms.items())}

    @property
    def curves(self) -> dict[str, Array]:
        """Named figures by step: (recorded,)."""
        return {name: a[self._first:self._stop] for name, a in list(self._curves.items())}

    def save(self, file: Path) -> None:
        """Write everything to one file, atomically and step by step; states exact, other images as float16."""
        half, wide, span = np.dtype("<f2"), np.dtype("<f8"), slice(self._first, self._stop)
        parts = [Part("t", wide, (), self._t.__getitem__), Part("nfe", np.dtype("<i8"), (), self._nfe.__getitem__)]
        parts += [Part(f"term.{name}", wide, a.shape[1:], a.__getitem__) for name, a in list(self._terms.items())]
        parts += [Part(f"curve.{name}", wide, (), a.__getitem__) for name, a in list(self._curves.items())]
        parts += [Part(name, wide, a.shape[1:], a.__getitem__) for name, a in list(self._drift.items())]
        parts += [Part("x", np.dtype("<f4"), self.shape, self.x), Part("x0", half, self.shape, self.x0)]
        parts += [Part(f"delta.{name}", half, self.shape, a.__getitem__) for name, a in list(self._deltas.items())]
        about = {"format": FORMAT, "shape": json.dumps(self.shape), "total": str(self.total), "first": str(self._first)}
        write_with(file, lambda out: write_steps(out, parts, range(span.start, span.stop), about))

    @classmethod
    def load(cls, file: Path) -> Self:
        """Open a saved trajectory without reading its states; raises BadInput when it is damaged."""
        try:
            about, arrays = map_steps(file)
            return cls._of(about, arrays)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError,
                struct.error) as error:
            raise BadInput(f"“{file.name}” is not a recorded run or is damaged; run its recipe again.") from error

    @classmethod
    def only(cls, index: int, total: int, x: Array, x0: Array, *, t: float, nfe: int) -> Self:
        """Step `index` alone, of a run whose others were not kept: its state and estimate, (B, C, H, W) float32."""
        about = {"first": str(index), "total": str(total), "shape": json.dumps(x.shape)}
        return cls._of(about, {"t": np.array([t]), "nfe": np.array([nfe], np.int64), "x": x[None], "x0": x0[None]})

    @classmethod
    def _of(cls, about: dict[str, str], arrays: dict[str, Array]) -> Self:
        """A trajectory that reads from arrays of the recorded steps only."""
        first, total = int(about["first"]), int(about["total"])
        stop = first + len(arrays["t"])
        # a damaged number must not reserve gigabytes for the rows of figures below
        if not 0 <= first <= stop <= total + 1 <= MOST_STEPS:
            raise ValueError("steps out of range")
        if any(len(array) != stop - first for array in arrays.values()):
            raise ValueError("arrays of different lengths")
        # an empty batch: nothing is reserved for arrays that stay in the file
        self = cls((0,), total)
        self.shape = tuple(int(n) for n in json.loads(about["shape"]))
        shapes = {"x": self.shape, "x0": self.shape, DRIFT: (2,)}
        if any(a.shape[1:] != shapes.get(k, self.shape) for k, a in arrays.items() if k in shapes or k[:6] == "delta."):
            raise ValueError("states of another shape")
        self._first, self._stop, pad = first, stop, [(first, total + 1 - stop)]
        self._large = {k: cast(Array, Shifted(arrays[k], first)) for k in ("x", "x0")}
        self._deltas = {k[6:]: cast(Array, Shifted(a, first)) for k, a in arrays.items() if k[:6] == "delta."}
        self._terms = {k[5:]: padded(a, pad) for k, a in arrays.items() if k[:5] == "term."}
        self._curves = {k[6:]: padded(a, pad) for k, a in arrays.items() if k[:6] == "curve."}
        self._drift = {DRIFT: padded(arrays[DRIFT], pad)} if DRIFT in arrays else {}
        self._t, self._nfe = padded(arrays["t"], pad), np.pad(arrays["nfe"], pad)
        return self

    def close(self) -> None:
        """Give the memory back and remove temporary files; the trajectory is empty afterwards."""
        self._first = self._stop = 0
        self._large, self._deltas, self._terms, self._curves, self._drift = {}, {}, {}, {}, {}
        self._discard()

    def _discard(self) -> None:
        """Unmap and remove the temporary files."""
        self._large = {}
        for file in self._files:
            with contextlib.suppress(OSError):  # Windows keeps a file that a reader still maps
                file.unlink(missing_ok=True)
        self._files.clear()

    def _room(self, dtype: type[np.generic]) -> Array:
        """Room for one array of all steps, in memory while the budget lasts."""
        shape = (self.total + 1, *self.shape)
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        if self._used + size <= self._budget:
            self._used += size
            return np.zeros(shape, dtype)  # costs nothing until it is written to
        return self._mapped_room(shape, dtype, size)

    def _mapped_room(self, shape: tuple[int, ...], dtype: type[np.generic], size: int) -> Array:
        """The same in a temporary file; raises DiskFull."""
        try:
            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=".steps", dir=self._folder)
            self._files.append(Path(name))
            try:
                with os.fdopen(handle, "wb") as file:
                    reserve(file, size)
                return np.memmap(name, dtype=dtype, mode="r+", shape=shape)
            except OSError:
                # this file alone: the steps recorded so far stay
                self._files.pop().unlink(missing_ok=True)
                raise
        except OSError as error:
            raise explained(error, self._folder or Path(tempfile.gettempdir())) from error

    def _slot(self, store: dict[str, Array], name: str) -> Array:
        """The image array of that name, made (as zeros) when it is new."""
        if name not in store:
            store[name] = self._room(np.float32)
        return store[name]

    def _row(self, store: dict[str, Array], name: str, tail: tuple[int, ...]) -> Array:
        """The array of figures of that name, made (as NaN) when it is new."""
        if name not in store:
            store[name] = np.full((self.total + 1, *tail), np.nan)
        return store[name]

    def _known(self, i: int) -> int:
        if not self._first <= i < self._stop:
            raise IndexError(f"step {i} is not recorded; {self._first} to {self.last} are")
        return i

    def _read(self, store: dict[str, Array], name: str, i: int) -> Array:
        known = self._known(i)
        # a view, not a copy: scrubbing reads several of these for every picture drawn
        view = np.asarray(store[name][known], dtype=np.float32).view()
        view.flags.writeable = False
        return view


def _numpy(value: Any) -> Array:
    """A tensor or array as an array on the CPU."""
    return value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)
