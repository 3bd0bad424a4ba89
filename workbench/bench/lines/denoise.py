"""How much noise a model of photographs removes, beside BM3D."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, ClassVar

from engines.errors import WorkbenchError
from workbench.bench.line import Comparison, Line, Settings, missing
from workbench.bench.peer import Wanted, peer_python, running

if TYPE_CHECKING:
    from engines.benchmarks.denoising import Removed
    from engines.checkpoint import Model

BELOW, UNIT = 1.0, "dB"  # how far below BM3D's PSNR ours may be
NAME = "noise of 25/255 removed, PSNR below BM3D’s"
BM3D = Wanted("BM3D", ("bm3d>=4.0", "scikit-image>=0.24"), ("bm3d", "skimage"), "bm3d")


class Denoise(Line):
    """The same noisy photographs, which no training has seen, through our model and through BM3D."""

    name: ClassVar[str] = "denoise"
    about: ClassVar[str] = "Noise removed from photographs by a model of ours and by BM3D"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure, by how much our mean PSNR is below the peer's; with a note alone when either cannot be had."""
        from engines.benchmarks.denoising import prior

        try:
            model = prior(settings.model)
            return [figure(*removed(model, peer_python(settings.peer, settings.say, BM3D), settings.threads), model)]
        except WorkbenchError as error:
            return [missing(NAME, 1.0, UNIT, str(error))]


def removed(model: Model, python: Path, threads: int) -> tuple[list[Removed], str]:
    """Every photograph by both, and the version of BM3D; raises NoPeer, and what the model cannot denoise."""
    from engines.benchmarks import bm3d_peer
    from engines.benchmarks.denoising import PICTURES, measured, peer_version, write_about
    from engines.threads import use_threads

    use_threads(threads)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_about(folder)
        with running(python, Path(bm3d_peer.__file__), folder, threads) as peer:
            found = [measured(model, folder, k, partial(peer.seconds, "bm3d")) for k in range(len(PICTURES))]
        return found, peer_version(folder)


def figure(found: Sequence[Removed], version: str, model: Model) -> Comparison:
    """The difference of the mean PSNRs beside what is allowed, and in the note all that went into it."""
    ours, peer = (fmean(values) for values in zip(*((one.ours, one.peer) for one in found), strict=True))
    each = ", ".join(f"{one.name} {one.ours:.2f} beside {one.peer:.2f}" for one in found)
    seconds, spent = fmean(one.seconds for one in found), fmean(one.peer_seconds for one in found)
    note = (f"mean PSNR {ours:.2f} dB beside {peer:.2f} dB of BM3D {version}, a difference of {ours - peer:+.2f} dB "
            f"({each}), clipped to [0, 255] and not rounded; “{model.name}” {model.sha256[:8]} takes {seconds:.1f} s a "
            f"picture, BM3D {spent:.1f} s")
    return Comparison(NAME, peer - ours, BELOW, 1.0, UNIT, note)
