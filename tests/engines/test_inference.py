"""The faster network computes what the plain one does, and steps aside where it cannot."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engines.checkpoint import Model, load_model, save_model
from engines.denoiser import NetworkDenoiser
from engines.device import device
from engines.errors import BadRecipe
from engines.events import Event, Noted, Said
from engines.inference.accelerator import Accelerator, Compute
from engines.inference.compilation import Compilation
from engines.inference.library import library_file
from engines.inference.split import FoldedUp, SplitNetwork
from engines.model_file import fingerprint, read_header
from engines.model_list import BUNDLED
from engines.networks.layers import Up
from engines.networks.unet import Shape, UNet, UNetOptions
from workbench import bridge

CPU = device("cpu")
DIGITS = BUNDLED / "digits.safetensors"
MODELS = {"digits": fingerprint(DIGITS)}


@pytest.fixture
def two_threads() -> object:
    """Two compute threads for the length of a test."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield None
    torch.set_num_threads(before)


@pytest.fixture
def accelerator() -> Iterator[Accelerator]:
    """One that ends its threads."""
    made = Accelerator()
    yield made
    made.close()


def tiny(folder: Path) -> Model:
    """A loaded model file of a tiny network."""
    options = UNetOptions(width=8, mults=(1, 2), groups=4, head=8, attention=(4,))
    spec = read_header(DIGITS).spec
    spec = spec.model_copy(update={"size": 8, "channels": 2, "classes": ("a", "b", "c"), "network": options})
    file = folder / "tiny.safetensors"
    save_model(file, random_network(), spec)
    return load_model(file, CPU)


def random_network(channels: int = 2) -> UNet:
    """A tiny network whose last layer is not zero."""
    torch.manual_seed(0)
    network = UNet(UNetOptions(width=8, mults=(1, 2), groups=4, head=8, attention=(4,)), Shape(channels, 8, 3))
    for weight in network.parameters():
        torch.nn.init.normal_(weight, std=0.2)
    return network.eval()


def test_folded_doubling_is_the_doubling_and_the_convolution() -> None:
    up, x = Up(3), torch.randn(2, 3, 5, 5)
    with torch.no_grad():
        torch.testing.assert_close(FoldedUp(up)(x), up(x), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("cond", [None, torch.tensor([0, 2, -1, 1, 1])])
@pytest.mark.parametrize("together", [True, False])
def test_split_network_agrees(two_threads: object, cond: torch.Tensor | None, together: bool) -> None:
    network, x = random_network(), torch.randn(5, 2, 8, 8)
    t = torch.tensor(0.3).expand(5) if together else torch.linspace(0.1, 0.9, 5)
    with torch.no_grad():
        wanted = network(x, t, cond)
    with closing(SplitNetwork(network.requires_grad_(False), 2)) as split:
        got = split(x, t, cond)
    torch.testing.assert_close(got, wanted, atol=1e-4, rtol=1e-4)


def test_a_gradient_goes_through_the_plain_network() -> None:
    network = random_network().requires_grad_(False)
    x, t = torch.randn(2, 2, 8, 8, requires_grad=True), torch.tensor(0.5).expand(2)
    wanted, = torch.autograd.grad(network(x, t, None).sum(), x)
    got, = torch.autograd.grad(SplitNetwork(network, 1)(x, t, None).sum(), x)
    assert bool(wanted.any())
    torch.testing.assert_close(got, wanted)


def test_workers_leave_the_number_of_threads_alone(two_threads: object) -> None:
    with closing(SplitNetwork(random_network(), 2)) as split:
        split(torch.randn(4, 2, 8, 8), torch.tensor(0.5).expand(4))
    assert torch.get_num_threads() == 2


def test_without_a_library_the_split_network_serves(home: Path, tmp_path: Path, accelerator: Accelerator) -> None:
    assert accelerator.preferred(CPU, MODELS) is Compute.SPLIT
    assert accelerator.preferred(CPU, {}) is Compute.SPLIT
    assert accelerator.preferred(replace(CPU, kind="cuda:0"), MODELS) is Compute.EAGER
    assert isinstance(accelerator.prepare(tiny(tmp_path), Compute.COMPILED), SplitNetwork)


def test_a_network_is_prepared_once_and_the_last_two_are_kept(tmp_path: Path, accelerator: Accelerator) -> None:
    model = tiny(tmp_path)
    first = accelerator.prepare(model, Compute.SPLIT)
    assert accelerator.prepare(load_model(model.file, CPU), Compute.SPLIT) is first
    for sha256 in ("b", "c"):
        accelerator.prepare(replace(model, sha256=sha256), Compute.SPLIT)
    assert accelerator.prepare(model, Compute.SPLIT) is not first


def test_a_hundred_runs_start_no_more_threads_than_one(tmp_path: Path, two_threads: object,
                                                       accelerator: Accelerator) -> None:
    model = tiny(tmp_path)
    accelerator.prepare(model, Compute.SPLIT)
    before = threading.active_count()
    for _ in range(100):
        accelerator.prepare(load_model(model.file, CPU), Compute.SPLIT)
    assert threading.active_count() == before


def test_a_damaged_library_is_no_obstacle_and_removed(home: Path, tmp_path: Path, accelerator: Accelerator) -> None:
    model = tiny(tmp_path)
    file = library_file(model.sha256)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not a library")
    assert accelerator.preferred(CPU, {"tiny": model.sha256}) is Compute.SPLIT
    assert not file.exists()
    file.write_bytes(b"not a library")
    network = accelerator.prepare(model, Compute.COMPILED)
    x, t = torch.randn(2, 2, 8, 8), torch.tensor(0.5).expand(2)
    torch.testing.assert_close(network(x, t, None), model.network(x, t, None), atol=1e-4, rtol=1e-4)


def test_a_damaged_library_that_cannot_be_removed_is_no_obstacle_either(
        home: Path, tmp_path: Path, accelerator: Accelerator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows keeps a library that was loaded, and a cache folder may be read-only."""
    model = tiny(tmp_path)
    file = library_file(model.sha256)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not a library")

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(f"{path} is in use")

    monkeypatch.setattr(Path, "unlink", refused)
    assert accelerator.preferred(CPU, {"tiny": model.sha256}) is Compute.SPLIT


def test_the_library_belongs_to_the_model_file(home: Path, tmp_path: Path) -> None:
    model = tiny(tmp_path)
    assert fingerprint(model.file) == model.sha256
    assert library_file(model.sha256) == library_file(load_model(model.file, CPU).sha256)
    assert library_file(model.sha256) != library_file(MODELS["digits"])


def test_an_unknown_way_of_computing_is_refused(accelerator: Accelerator) -> None:
    with pytest.raises(BadRecipe, match="quantum"):
        accelerator.preparation("quantum")
    with pytest.raises(BadRecipe, match="quantum"):
        list(accelerator.prepared("quantum", MODELS, ()))


def test_a_repeat_says_so_where_its_network_cannot_be_compiled(home: Path, tmp_path: Path, accelerator: Accelerator,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no such python"))
    told, way = outcome(accelerator.prepared("compiled", MODELS, ()))
    assert [type(event) for event in told] == [Said, Noted]
    assert ["as the recipe had it" in told[0].sentence, "last bits may differ" in told[1].sentence] == [True, True]
    assert way is Compute.SPLIT
    assert outcome(accelerator.prepared("split", MODELS, ())) == ([], Compute.SPLIT)
    assert outcome(accelerator.prepared("eager", MODELS, ())) == ([], Compute.EAGER)


def test_a_damaged_library_is_compiled_again_for_a_repeat(home: Path, accelerator: Accelerator, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no such python"))
    file = library_file(MODELS["digits"])
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not a library")
    told, way = outcome(accelerator.prepared("compiled", MODELS, ()))
    assert ([type(event) for event in told], way) == ([Said, Noted], Compute.SPLIT)


def outcome(events: Generator[Event, None, Compute]) -> tuple[list[Any], Compute]:
    """What is told, and the way it comes to."""
    told = list[Any]()
    while True:
        try:
            told.append(next(events))
        except StopIteration as end:
            return told, end.value


def test_closing_the_wait_ends_the_compiler(home: Path, accelerator: Accelerator) -> None:
    events = accelerator.prepared("compiled", MODELS, ())
    next(events)
    events.close()
    assert not library_file(MODELS["digits"]).exists()


@pytest.mark.skipif(not shutil.which("g++"), reason="there is no compiler")
def test_a_compiled_network_agrees_and_is_preferred(home: Path, tmp_path: Path, two_threads: object,
                                                    accelerator: Accelerator, monkeypatch: pytest.MonkeyPatch) -> None:
    model, temporary = tiny(tmp_path), tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    work = Compilation(str(model.file))
    assert not work.succeeded
    assert not work.wait(900)  # at the lowest priority
    assert work.succeeded
    assert not list(temporary.rglob("*.gch")), "hundreds of megabytes would stay there for ever"
    assert accelerator.preferred(CPU, {"tiny": model.sha256}) is Compute.COMPILED
    network = accelerator.prepare(model, Compute.COMPILED)
    fast = replace(model, denoiser=NetworkDenoiser(network, model.path, model.spec.prediction))
    agree(fast, model)
    before = bridge.process_memory()
    agree_often(fast, 3000)
    assert bridge.process_memory() - before < 10 * 2**20


@torch.no_grad()
def agree_often(fast: Model, times: int) -> None:
    """Call a denoiser many times: a leaked result of 4 kB in each of 3,000 calls would take 12 MB."""
    for _ in range(times):
        fast.denoiser(torch.randn(8, 2, 8, 8), torch.tensor(0.4, dtype=torch.float64))


@torch.no_grad()
def agree(fast: Model, plain: Model) -> None:
    """Both denoise the same, for batches that split evenly and ones that do not."""
    for size in (1, 2, 5):
        x, t = torch.randn(size, 2, 8, 8), torch.tensor(0.4, dtype=torch.float64)
        torch.testing.assert_close(fast.denoiser(x, t), plain.denoiser(x, t), atol=1e-3, rtol=1e-3)
