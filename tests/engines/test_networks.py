"""Networks: the contract of every one in the registry, files of earlier versions, and models of another modality."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser, gaussian
from engines.checkpoint import build_network, load_model, save_model
from engines.component import build
from engines.denoiser import NO_CLASS, NetworkDenoiser
from engines.device import device
from engines.errors import BadCheckpoint, BadInput
from engines.modality import Modality
from engines.model_file import ModelSpec, check_modality, read_header
from engines.networks.base import Network, networks, trainable
from engines.networks.mlp import MLPOptions
from engines.process.paths import paths
from engines.process.prediction import V, predictions
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.sampling import find_model, open_model
from engines.training.draws import draw
from engines.training.objective import Goal, backward
from engines.training.objectives.base import Setting
from engines.training.run import on_device
from tests.engines.small import context, events, save_small
from workbench.wording.refusals import refuse_bad

CPU = device("cpu")
SMALL = {"unet": {"width": 8, "mults": (1, 2), "head": 8, "groups": 4}, "mlp": {"width": 16, "depth": 2}}
LEARNING = sorted(kind.name for kind in networks().values() if kind.learns)
OF_ALL = [(name, path, prediction) for name, path, prediction in itertools.product(LEARNING, paths(), predictions())]


def spec_of(network: str, path: str = "vp-cosine", prediction: str = "v", *, classes: int = 3,
            outputs: int = 1) -> ModelSpec:
    named = {"name": network, **SMALL.get(network, {})}
    return ModelSpec.model_validate({
        "title": "Any", "modality": networks()[network].modality, "channels": 2, "size": 8, "path": path,
        "classes": [str(k) for k in range(classes)], "prediction": prediction, "network": named, "outputs": outputs})


def shaken(spec: ModelSpec) -> torch.nn.Module:
    """A network of a spec in which every weight counts."""
    torch.manual_seed(1)
    network = build_network(spec)
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    return network


def batch_of(spec: ModelSpec, count: int = 6) -> tuple[Tensor, Tensor, Tensor]:
    """States, times and labels, free ones among them."""
    source = torch.Generator().manual_seed(0)
    x = torch.randn(count, *spec.shape, generator=source)
    return x, torch.rand(count, generator=source), torch.arange(count) % 4 - 1


@pytest.mark.parametrize(("name", "path", "prediction"), OF_ALL)
def test_every_network_trains_a_step_and_comes_back_from_its_file_as_it_was(tmp_path: Path, name: str, path: str,
                                                                            prediction: str) -> None:
    spec = spec_of(name, path, prediction)
    network = on_device(shaken(spec), CPU).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-2)
    x0, _, labels = batch_of(spec)
    before = [weight.detach().clone() for weight in network.parameters()]
    loss = backward(network, Goal(Setting(spec.path, spec.prediction), CPU), x0, labels,
                    draw(0, 0, tuple(x0.shape), spec.path, 0.2))
    optimiser.step()
    assert loss > 0
    assert any(not torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    save_model(tmp_path / "any.safetensors", network, spec)
    loaded = load_model(tmp_path / "any.safetensors", CPU)
    assert loaded.spec == spec
    x, t, cond = batch_of(spec)
    with torch.no_grad():
        assert torch.equal(loaded.network(x, t, cond), network.eval()(x, t, cond))
        assert loaded.denoiser(x, t.double(), cond).shape == x.shape


@pytest.mark.parametrize("name", LEARNING)
def test_every_network_gives_as_many_outputs_as_asked_the_prediction_first(name: str) -> None:
    """The rest, such as a learned variance, is left aside by who denoises."""
    spec = spec_of(name, outputs=2)
    network, (x, t, cond) = shaken(spec), batch_of(spec)
    with torch.no_grad():
        both = network(x, t, cond)
        assert both.shape == (len(x), 2 * x.shape[1], *x.shape[2:])
        seen = NetworkDenoiser(network, spec.path, spec.prediction)(x, t.double(), cond)
        only = NetworkDenoiser(lambda *a: network(*a)[:, :x.shape[1]], spec.path, spec.prediction)(x, t.double(), cond)
    assert torch.equal(seen, only)


@pytest.mark.parametrize("name", LEARNING)
def test_a_class_counts_and_no_class_is_the_free_one(name: str) -> None:
    spec = spec_of(name)
    network, (x, t, _) = shaken(spec).eval(), batch_of(spec)
    with torch.no_grad():
        first, second = (network(x, t, torch.full((len(x),), k)) for k in (0, 1))
        free, none = network(x, t, torch.full((len(x),), NO_CLASS)), network(x, t, None)
    assert not torch.allclose(first, second)
    assert torch.equal(free, none)


def test_one_time_for_all_is_what_each_alone_would_get() -> None:
    """An expanded time has its embedding computed once; that is no other function."""
    network, x = shaken(spec_of("mlp")).eval(), torch.randn(5, 2)
    one = torch.tensor(0.3).expand(5)
    with torch.no_grad():
        for cond in (None, torch.tensor([0, 1, -1, 2, 0])):
            assert torch.allclose(network(x, one, cond), network(x, one.clone(), cond), atol=1e-6)


def test_files_and_states_of_earlier_versions_name_no_network_and_are_read() -> None:
    """And what they could read is still written: a U-Net of one output is described as before."""
    written = json.loads(spec_of("unet").model_dump_json())
    assert "name" not in written["network"]
    assert "outputs" not in written
    assert ModelSpec.model_validate(written) == spec_of("unet")
    points = json.loads(spec_of("mlp", outputs=2).model_dump_json())
    assert (points["network"]["name"], points["outputs"], points["modality"]) == ("mlp", 2, "points")
    assert ModelSpec.model_validate(points) == spec_of("mlp", outputs=2)


def test_a_network_of_other_data_than_the_model_makes_is_refused(tmp_path: Path) -> None:
    file = save_small(tmp_path)
    text = json.dumps({**json.loads(read_header(file).spec.model_dump_json()), "network": {"name": "mlp"}})
    with pytest.raises(BadCheckpoint, match=r"architecture \(Network mlp is for points, not for images\); choose"):
        read_header(_respelt(file, text))


def _respelt(file: Path, spec: str) -> Path:
    """The file with another spec in its header."""
    from safetensors.torch import load_file, save_file

    notes = {"format": "diffusion-workbench model", "version": "1", "spec": spec}
    save_file(load_file(file), file, notes)
    return file


def save_points(folder: Path, name: str = "dots") -> Path:
    spec = spec_of("mlp").model_copy(update={"title": name})
    save_model(folder / f"{name}.safetensors", shaken(spec), spec)
    return folder / f"{name}.safetensors"


@pytest.mark.parametrize("task", ["generate", "evaluate"])
def test_a_task_on_images_refuses_a_model_of_points_in_a_sentence(tmp_path: Path, task: str) -> None:
    save_points(tmp_path)
    with pytest.raises(BadInput, match="“dots” makes points, and this task works on images; choose a model of images"):
        events(task, {"model": "dots", "count": 20}, context(tmp_path))
    with pytest.raises(BadInput, match="“dots” makes points"):  # and the window before there is a run
        refuse_bad(Recipe(task, {"model": "dots"}), [tmp_path])


def test_a_task_on_points_refuses_a_model_of_images_and_opens_one_of_points(tmp_path: Path) -> None:
    save_small(tmp_path), save_points(tmp_path)
    around = context(tmp_path)
    with pytest.raises(BadInput, match="“tiny” makes images, and this task works on points; choose a model of points"):
        find_model("tiny", around, Modality.POINTS)
    with pytest.raises(BadInput, match="“tiny” makes images"):
        open_model("tiny", around, Modality.POINTS)
    assert open_model("dots", around, Modality.POINTS).spec.shape == (2,)
    check_modality(spec_of("unet"), "any", Modality.IMAGE)


def test_networks_are_listed_by_what_they_learn_from() -> None:
    assert set(trainable(Modality.POINTS)) >= {"mlp"}
    assert "unet" not in trainable(Modality.POINTS)
    assert set(trainable(Modality.IMAGE)) >= {"unet"}
    assert isinstance(build(Network, {"name": "mlp", "width": 32}, networks), MLPOptions)


def test_an_mlp_learns_the_exact_denoiser_of_a_gaussian() -> None:
    """Known in closed form: a fifth of what no noise is told from data costs, after a few hundred steps."""
    path, kind = VPCosine(), V()
    truth = gaussian(torch.tensor([0.3, -0.2]), torch.tensor([[1.2, 0.6], [0.6, 0.8]]))
    torch.manual_seed(0)
    network = MLPOptions(width=32, depth=1, octaves=0).build((2,), 0)
    optimiser = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0)
    steps = 600
    for step in range(steps):
        x0 = truth.sample(256, step).float()
        optimiser.param_groups[0]["lr"] = 5e-3 * (1 - step / steps)
        optimiser.zero_grad()
        draws = draw(0, step, (256, 2), path, 0.0)
        backward(network, Goal(Setting(path, kind), CPU), x0, torch.full((256,), NO_CLASS), draws)
        optimiser.step()
    exact, learnt = MixtureDenoiser(truth, path), NetworkDenoiser(network, path, kind)
    for t in (0.2, 0.5, 0.8):
        time = torch.tensor(t, dtype=torch.float64)
        noised = truth.noised(float(path.alpha(time)), float(path.sigma(time)))
        x = noised.sample(2000, 7).float()
        with torch.no_grad():
            apart = (learnt(x, time) - exact(x, time)).square().mean().sqrt()
        assert float(apart) < 0.06, t


@pytest.mark.parametrize(("tensor", "value", "told"), [
    ("covariances", [[0.0, 0.0], [0.0, 0.0]], "the covariance of its component 2 is singular or negative"),
    ("covariances", [[1.0, 2.0], [2.0, 1.0]], "the covariance of its component 2 is singular or negative"),
    ("covariances", [[1.0, 0.5], [-0.5, 1.0]], "the covariance of its component 2 is not symmetric"),
    ("weights", -1.0, "its weights, from -1 and with a sum of -0.333, are no shares of 1"),
    ("weights", 0.0, "its weights, from 0 and with a sum of 0.667, are no shares of 1")])
def test_a_file_with_what_is_no_mixture_is_refused(tmp_path: Path, tensor: str, value: object, told: str) -> None:
    """It would else sample, wrongly and without a word; a component that lies on a line is one."""
    network = build_network(spec_of("mixture"))
    state = network.state_dict()
    state["covariances"][2] = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    save_model(tmp_path / "good.safetensors", network, spec_of("mixture"))
    assert load_model(tmp_path / "good.safetensors", CPU).spec.network.name == "mixture"
    state[tensor][1] = torch.tensor(value)
    save_model(tmp_path / "bad.safetensors", network, spec_of("mixture"))
    with pytest.raises(BadCheckpoint, match=f"“bad.safetensors” cannot be used, since {told}; choose another model"):
        load_model(tmp_path / "bad.safetensors", CPU)
