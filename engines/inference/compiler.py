"""Compile the network of a model: `python -m engines.inference.compiler MODEL [FOLDER …]`; exit code 0 when ready.

At the lowest priority: whoever waits for it waits in the background.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from engines.checkpoint import load_model
from engines.device import device
from engines.inference.library import Library, cache_folder, library_file
from engines.inference.split import folded
from engines.model_list import resolve_model
from engines.networks.unet import UNet

EXAMPLE, LARGEST = 8, 4096  # images in the traced batch, and at most
KEPT = 8  # compiled networks in the cache, 3 MB each for the bundled model
# threads: samples are split over them, not layers; headers compiled beforehand would save the next compilation a second
# or two, but take longer than they save in this one and leave 280 MB in the system's temporary folder
CHOICES: dict[str, Any] = {"cpp.threads": 1, "cpp_cache_precompile_headers": False,
                           "aot_inductor.precompile_headers": False}
CLOSE = 1e-3  # largest difference to the plain network, in units of its output


class Part(nn.Module):
    """The part of the network that depends on the state: all but the embedding of time and class."""

    def __init__(self, network: UNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, shifts: Tensor) -> Tensor:
        """(B, C, H, W) and (B, S) -> (B, C, H, W)."""
        return self.network.forward_embedded(x, shifts)


def main(name: str, *folders: str) -> int:
    """Make the library of a U-Net unless it is there; returns 0 when it is ready, 1 when it is not.

    Args:
        name: of the model, or its file.
        folders: where models are looked for besides the bundled ones.
    """
    with contextlib.suppress(OSError, AttributeError):
        os.nice(19)
    model = load_model(resolve_model(name, [Path(folder) for folder in folders]), device("cpu"))
    file, network = library_file(model.sha256), model.network
    if file.exists():
        return 0
    if not isinstance(network, UNet):
        return 1
    torch.set_num_threads(1)  # of the compiled code as well: samples are split over threads, not layers
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # the compiler's own cache would stay in the system's temporary folder for ever
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder
        library = compiled(network, Path(folder))
        if not agrees(network, library):
            return 1
        publish(library, file)
    return 0


@torch.no_grad()
def compiled(network: UNet, folder: Path) -> Path:
    """Trace and compile for any batch; the library in `folder`. Raises whatever the compiler raises."""
    x, shifts = example(network, EXAMPLE)
    # traced with 8 samples: torch.export takes a size of 1 for a constant
    batch = torch.export.Dim("batch", min=1, max=LARGEST)
    program = torch.export.export(Part(folded(network)).eval(), (x, shifts), dynamic_shapes=({0: batch}, {0: batch}))
    package = folder / "network.pt2"
    inductor = cast(Any, torch)._inductor
    inductor.aoti_compile_and_package(program, package_path=str(package), inductor_configs=CHOICES)
    with zipfile.ZipFile(package) as archive:
        inner = next(name for name in archive.namelist() if Path(name).suffix in {".so", ".pyd", ".dll", ".dylib"})
        return Path(archive.extract(inner, folder))


@torch.no_grad()
def agrees(network: UNet, library: Path) -> bool:
    """Whether the library computes what the network does, for several batches."""
    part = Library(library, 1)
    # one sample and odd numbers, where code that was specialised to the traced batch would fail
    return all(bool(torch.allclose(part(*case), network.forward_embedded(*case), atol=CLOSE, rtol=CLOSE))
               for case in (example(network, size) for size in (1, 2, 5, EXAMPLE, 33)))


def example(network: UNet, size: int) -> tuple[Tensor, Tensor]:
    """Random states (B, C, H, W) and the rows of the embedding at random times."""
    shape = network.shape
    generator = torch.Generator().manual_seed(size)
    x = torch.randn(size, shape.channels, shape.size, shape.size, generator=generator)
    return x, network.embed(torch.rand(size, generator=generator), None).detach()


def publish(library: Path, file: Path) -> None:
    """Put the library where it is looked for, whole or not at all, and drop the oldest beyond a few."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(f".{os.getpid()}.tmp")
    # beside its final place first: a rename from another file system is a copy that can be seen half done
    shutil.copy2(library, half)
    os.replace(half, file)
    kept = sorted(cache_folder().glob("*.so"), key=lambda found: found.stat().st_mtime, reverse=True)
    for old in kept[KEPT:]:
        with contextlib.suppress(OSError):  # another window may still have it loaded
            old.unlink()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
