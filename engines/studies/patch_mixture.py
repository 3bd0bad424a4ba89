"""The bundled mixture of Gaussians of 8×8 patches of the bundled digits, and the command that makes it.

`python -m engines.studies.patch_mixture FILE` fits it anew by expectation–maximisation and writes it to FILE.
"""
# torch's linalg, tolist and from_numpy carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.data.digits import digits
from engines.errors import BadData, WorkbenchError
from engines.files import write_atomic
from engines.representation.choice import fitted
from engines.representation.em import EM
from engines.representation.starts import KMeansPlusPlus

FILE = Path(__file__).resolve().parents[2] / "resources" / "data" / "digit-patches.npz"
SIDE = 8  # px
COMPONENTS = 8
EACH = 2  # patches cut out of each digit
INKED = 0.35  # least standard deviation of a patch, in units of the data: what is nearly empty says nothing
FLOOR = 1e-2  # least variance of a component in any direction, as a share of that of the patches
FIT = EM(iterations=80, tolerance=1e-4, floor=FLOOR)


def patches(seed: int = 0) -> Tensor:
    """(N, 64) float64 in [−1, 1]: patches at places by chance of the digits that are trained on, those with ink."""
    known, chance = digits(), np.random.default_rng(seed)
    pictures = known.images[known.train, 0]
    rows, columns = (chance.integers(0, size - SIDE + 1, (EACH, len(pictures))) for size in pictures.shape[1:])
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (SIDE, SIDE), (1, 2))
    found = torch.from_numpy(windows[np.arange(len(pictures)), rows, columns].reshape(-1, SIDE**2) / 127.5 - 1)
    return found[found.std(dim=1) >= INKED]


def fit(points: Tensor, seed: int = 0) -> Mixture:
    """The likeliest of three fits of the mixture to patches (N, 64)."""
    return fitted(points, COMPONENTS, FIT, KMeansPlusPlus(), seed=seed).mixture


def stored(mixture: Mixture) -> bytes:
    """The mixture as it ships: float32 arrays `weights` (K,), `means` (K, 64) and `covariances` (K, 64, 64)."""
    out = io.BytesIO()
    np.savez_compressed(out, weights=mixture.weights.float().numpy(), means=mixture.means.float().numpy(),
                        covariances=mixture.covariances.float().numpy())
    return out.getvalue()


@cache
def patch_mixture() -> Mixture:
    """The mixture that ships; raises BadData where its file is damaged."""
    try:
        with np.load(FILE, allow_pickle=False) as found:
            return Mixture(*(torch.from_numpy(found[name]) for name in ("weights", "means", "covariances")))
    except (OSError, ValueError, KeyError) as error:
        raise BadData(f"The mixture of patches “{FILE.name}” cannot be read ({error}); install the program "
                      "again.") from error


def main(arguments: Sequence[str]) -> int:
    """Fit and write it; 0, or 2 where it cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m engines.studies.patch_mixture", description=__doc__)
    parser.add_argument("file", type=Path, help="where the mixture is written")
    chosen, points = parser.parse_args(arguments), patches()
    try:
        write_atomic(chosen.file, stored(fit(points)))
    except WorkbenchError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{COMPONENTS} Gaussians of {len(points):,} patches are in “{chosen.file}”.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
