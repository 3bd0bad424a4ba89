"""Accelerator: how a network is evaluated on this machine, chosen once a run and recorded in its recipe."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import torch

from engines.checkpoint import Model
from engines.context import Network
from engines.device import Device
from engines.errors import BadRecipe
from engines.events import Event, Noted, Said
from engines.inference.compilation import Compilation
from engines.inference.library import Library, library_file
from engines.inference.split import SplitNetwork
from engines.modality import Modality
from engines.model_list import resolve_model
from engines.networks.unet import UNet

KEPT = 2  # networks kept ready: a copy of the weights each
PATIENCE = 0.1  # s between two looks at a compiler


class Compute(StrEnum):
    """How a network is evaluated; recorded in the recipe, because the last bits depend on it."""

    EAGER = "eager"
    SPLIT = "split"
    COMPILED = "compiled"


def known(compute: str) -> Compute:
    """The way of that name; raises BadRecipe for one this program does not know."""
    if compute not in set(Compute):
        raise BadRecipe(f"The recipe was computed by “{compute}”, which this program does not know; update it.")
    return Compute(compute)


class Accelerator:
    """Makes networks ready to sample fast, and keeps the last ones from run to run.

    Kept, because a copy of the weights and threads of its own for each run would make a long
    session grow. Belongs to the thread that made it; `close` ends its threads.
    """

    def __init__(self) -> None:
        self._ready: dict[tuple[str, Compute, int], SplitNetwork] = {}
        self._libraries: dict[tuple[Path, int], Library] = {}

    def preferred(self, device: Device, models: Mapping[str, str], modality: Modality = Modality.IMAGE) -> Compute:
        """The fastest way that is ready now.

        Args:
            device: where it runs.
            models: SHA-256 of the files of the models that the run uses, by name.
            modality: of the data.
        """
        # a graphics card gains nothing from split batches, and the compiled library is for processors; a network of
        # points is done before its threads have met
        if device.kind != "cpu" or modality is not Modality.IMAGE:
            return Compute.EAGER
        return Compute.COMPILED if models and all(map(self._usable, models.values())) else Compute.SPLIT

    def prepared(self, compute: str, models: Mapping[str, str], folders: Iterable[Path],
                 ) -> Generator[Event, None, Compute]:
        """Compile again what a recipe was computed by and is no longer here, so that its repeat is identical.

        Yields Said while it goes on, so that it can be cancelled, and Noted where it cannot be done; nothing where
        all is ready. The generator's value is the way that `prepare` then goes, for the recipe of what it makes.

        Args:
            models: as for `preferred`.
            folders: where models are looked for besides the bundled ones.

        Raises:
            BadRecipe: a way this program does not know.
        """
        places, way = tuple(folders), known(compute)
        if way is not Compute.COMPILED:
            return way
        for name, sha256 in models.items():
            if not self._usable(sha256):
                yield from self._compiled(resolve_model(name, places, sha256))
        if all(map(self._usable, models.values())):
            return way
        yield Noted("The network cannot be compiled here as the recipe had it, so it ran without that; the last bits "
                    "may differ from the recipe’s run.")
        return Compute.SPLIT

    def _usable(self, sha256: str) -> bool:
        """Whether the library of a model is there for the calling thread's number of threads."""
        return self._library(sha256, torch.get_num_threads()) is not None

    def _compiled(self, model: Path) -> Iterator[Event]:
        """Wait for the compiler, saying so."""
        work = Compilation(str(model))
        try:
            yield Said("Compiling the network as the recipe had it (once, about a minute)")
            while work.wait(PATIENCE):
                yield Said("Compiling the network as the recipe had it (once, about a minute)")
        finally:
            work.stop()

    def preparation(self, compute: str) -> Callable[[Model], Network]:
        """What `Context.prepare` does for a way of computing, with the calling thread's number of threads.

        Raises BadRecipe for a way this program does not know.
        """
        way = known(compute)
        return lambda model: self.prepare(model, way)

    def prepare(self, model: Model, compute: Compute) -> Network:
        """The network of a model evaluated in the given way; the next simpler way where that one is not possible."""
        if compute is Compute.EAGER or not isinstance(model.network, UNet):
            return model.network
        # the number of threads decides how a batch is split, and so the last bits
        key = (model.sha256, compute, torch.get_num_threads())
        if key not in self._ready:
            self._ready[key] = self._made(model.network, model.sha256, compute)
        network = self._ready[key] = self._ready.pop(key)  # the most recently used last
        while len(self._ready) > KEPT:
            self._ready.pop(next(iter(self._ready))).close()
        return network

    def close(self) -> None:
        """End the threads of all networks and forget them."""
        for network in self._ready.values():
            network.close()
        self._ready.clear()
        self._libraries.clear()

    def _made(self, network: UNet, sha256: str, compute: Compute) -> SplitNetwork:
        workers = torch.get_num_threads()
        part = self._library(sha256, workers) if compute is Compute.COMPILED else None
        return SplitNetwork(network, workers, part)

    def _library(self, sha256: str, callers: int) -> Library | None:
        """The compiled network of a model; None where it is missing or cannot be used, which then is deleted."""
        file = library_file(sha256)
        key = (file, callers)
        if key not in self._libraries and file.exists():
            try:
                self._libraries[key] = Library(file, callers)
            except (OSError, RuntimeError, AttributeError):
                # Windows keeps a library that was loaded; the split network serves all the same
                with contextlib.suppress(OSError):
                    file.unlink(missing_ok=True)
        while len(self._libraries) > KEPT:
            self._libraries.pop(next(iter(self._libraries)))
        return self._libraries.get(key)
