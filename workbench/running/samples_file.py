"""The file with the finished samples of a run; read without the engines, so that it is seen before they are there."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from engines.files import write_atomic
from workbench.running.arrays_file import read_arrays

SAMPLES = "samples.npz"


def save_samples(folder: Path, samples: np.ndarray) -> Path:
    """Save finished samples (B, C, H, W) exactly; returns the file. Raises DiskFull."""
    out = io.BytesIO()
    np.savez(out, samples=samples)
    write_atomic(folder / SAMPLES, out.getvalue())
    return folder / SAMPLES


def load_samples(folder: Path) -> np.ndarray | None:
    """The finished samples of a run, or None when there are none or the file is damaged."""
    return read_arrays(folder / SAMPLES).get("samples")
