"""The training of classifiers: what they learn against the exact one, their files, and guidance by them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.checkpoint import build_network, load_classifier, load_model, save_model
from engines.context import Context
from engines.data.points.mixtures import Ring
from engines.denoiser import Denoised, Denoiser
from engines.device import device
from engines.errors import BadCheckpoint, BadOption
from engines.events import Charted, Continued, Event, Measured, Sampled, Saved, Trained
from engines.guidance.classifier import ClassifierGuided, ExactClassifier, NetworkClassifier
from engines.model_file import ModelSpec, Part, read_header
from engines.model_list import find_models, known_model
from engines.networks.conv_classifier import ConvClassifierOptions
from engines.process.prediction import X0
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.tasks.base import options_of, task
from engines.training.classify import accuracy
from tests.engines.small import CLASSES, SIZE, context, events, result, save_small

DATA = {"name": "ring", "modes": 4, "spread": 0.4}
OPTIONS = {"name": "rings", "subject": "points", "data": DATA, "steps": 300, "batch": 128, "learning_rate": 5e-3,
           "validate_every": 300}


def run_of(name: str, options: dict[str, object], around: Context) -> Iterator[Event]:
    return task(name).run(options_of(Recipe(name, options)), around)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    folder = tmp_path_factory.mktemp("classifier")
    return folder, list(run_of("train-classifier", OPTIONS, Context(device("cpu"), folder, (folder,))))


def test_a_classifier_of_points_comes_near_the_exact_one(trained: tuple[Path, list[Event]]) -> None:
    """Its accuracy is at most Bayes', which it comes near at every noise level, and so are its probabilities."""
    folder, found = trained
    network, spec = load_classifier(folder / "rings.safetensors", device("cpu"))
    data, path = Ring(modes=4, spread=0.4), VPCosine()
    mixture = data.mixture()
    assert mixture is not None
    assert (spec.part, spec.classes) == (Part.CLASSIFIER, data.classes())
    x0, labels = data.labelled(4000, 1, "a test")
    t = torch.linspace(0.05, 0.95, 4000, dtype=torch.float64)
    x = path.diffuse(x0, torch.randn(x0.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64), t)
    exact = ExactClassifier(mixture, path).log_probabilities(x, t)
    ours = NetworkClassifier(network, path, spec.classes).log_probabilities(x, t)
    assert float(ours.exp().sum(1).sub(1).abs().max()) < 1e-5
    gap = float((exact.exp() * (exact - ours)).sum(1).mean())  # the divergence of ours from the exact one, in nats
    assert 0 <= gap < 0.03
    shares = [float((logs.argmax(1) == labels).double().mean()) for logs in (exact, ours)]
    assert abs(shares[0] - shares[1]) < 0.03
    measured = found[-1]
    assert isinstance(measured, Measured)
    assert measured.values["step"] == 300
    assert 0.4 < measured.values["accuracy"] <= 1
    chart = next(event.chart for event in found if isinstance(event, Charted))
    assert chart.title == "Accuracy by noise level"
    assert [event.kind for event in found if isinstance(event, Saved)][-2:] == ["checkpoint", "model"]


@pytest.mark.parametrize("t", [0.01, 0.5, 0.9, 0.9999])
def test_errors_of_a_network_are_not_multiplied_where_nothing_is_left_of_the_data(t: float) -> None:
    """The factor from the gradient by what is seen to the pull is sigma²/(alpha² + sigma²), below 1."""
    path, at = VPCosine(), torch.tensor(t, dtype=torch.float64)

    class Slope(torch.nn.Module):
        def forward(self, x: torch.Tensor, t: torch.Tensor, cond: None = None) -> torch.Tensor:
            return torch.cat([x, -x], 1)

    x = torch.zeros(1, 1, dtype=torch.float64)
    guided = ClassifierGuided(_Nothing(), NetworkClassifier(Slope(), path, ("a", "b")), 1.0)
    # log softmax(x, −x) has slope 2·(1 − ½) = 1 at 0
    factor = float(path.sigma(at) ** 2 / (path.alpha(at) ** 2 + path.sigma(at) ** 2))
    assert float(guided(x, at, torch.tensor([0]))) == pytest.approx(factor, rel=1e-6)
    assert factor < 1


class _Nothing(Denoiser):
    def denoise(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> Denoised:
        return Denoised(torch.zeros_like(x))


def test_accuracy_by_level_is_that_of_a_classifier_that_is_known() -> None:
    """Classes that a sign tells, and a network that asks for it: right but for what noise turns over."""

    class Sign(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(1))

        def forward(self, x: torch.Tensor, t: torch.Tensor, cond: None = None) -> torch.Tensor:
            return torch.cat([-x, x], 1) * self.weight

    labels, path = torch.arange(8000) % 2, VPCosine()
    found = accuracy(Sign(), path, (2.0 * labels - 1)[:, None], labels)
    kappa = np.exp(-found.levels / 2)
    wanted = torch.special.ndtr(torch.tensor(1 / kappa)).numpy()  # P(1 + κ·z > 0)
    # a thousand of each level
    np.testing.assert_allclose(found.by_level, wanted, atol=4 * np.sqrt(0.25 / 1000))


def test_a_training_that_was_left_goes_on_to_the_same_bits(tmp_path: Path, trained: tuple[Path, list[Event]]) -> None:
    walk = run_of("train-classifier", OPTIONS, Context(device("cpu"), tmp_path, (tmp_path,)))
    for event in walk:
        if isinstance(event, Trained) and event.step == 150:
            break
    walk.close()
    assert read_header(tmp_path / "rings.safetensors").extra["step"] == "150"
    rest = list(run_of("train-classifier", OPTIONS, Context(device("cpu"), tmp_path, (tmp_path,))))
    assert next(event.step for event in rest if isinstance(event, Trained)) == 151
    ours, other = (load_classifier(folder / "rings.safetensors", device("cpu"))[0].state_dict()
                   for folder in (tmp_path, trained[0]))
    assert all(torch.equal(ours[name], other[name]) for name in ours)
    with pytest.raises(BadOption, match="is the state of another training; choose an empty folder"):
        list(run_of("train-classifier", {**OPTIONS, "data": "two-blobs"}, Context(device("cpu"), tmp_path, ())))


def test_points_are_pulled_into_their_class_by_the_trained_classifier(trained: tuple[Path, list[Event]]) -> None:
    """Beside the exact classifier's: as many are in their class, to the error of the classifier.

    With the usual 60 steps; a few long ones near t = 1 carry what error there is in the gradient much further.
    """
    folder, _ = trained
    mixture = Ring(modes=4, spread=0.4).mixture()
    assert mixture is not None
    shares = {}
    for name in ("exact", "rings", ""):
        options = {"data": DATA, "label": "each", "guidance": 0.0, "classifier": name, "classifier_scale": 1.0,
                   "count": 400}
        last = list(run_of("sample-points", options, Context(device("cpu"), folder, (folder,))))[-1]
        assert isinstance(last, Sampled)
        told = mixture.responsibilities(torch.as_tensor(last.samples, dtype=torch.float64)).argmax(1)
        shares[name] = float((told == torch.arange(400) % 4).double().mean())
    assert shares["exact"] - shares[""] > 0.4
    assert abs(shares["rings"] - shares["exact"]) < 0.1


def test_the_exact_classifier_of_the_data_gives_the_class_itself(tmp_path: Path) -> None:
    """Guidance 0 with the exact classifier is guidance 1 without, to rounding, and has the pull as a term."""
    plain = {"data": DATA, "label": "2", "count": 50, "steps": 10}
    told = list(run_of("sample-points", {**plain, "guidance": 1.0}, context(tmp_path)))[-1]
    pulled = list(run_of("sample-points", {**plain, "guidance": 0.0, "classifier": "exact"}, context(tmp_path)))[-1]
    assert isinstance(told, Sampled)
    assert isinstance(pulled, Sampled)
    np.testing.assert_allclose(pulled.samples, told.samples, atol=1e-4)
    with pytest.raises(BadOption, match="has no exact classifier; choose data of modes"):
        list(run_of("sample-points", {"data": "moons", "classifier": "exact"}, context(tmp_path)))


def classifier_file(folder: Path, *, classes: tuple[str, ...] = CLASSES, size: int = SIZE) -> Path:
    """A random classifier of small images."""
    spec = ModelSpec(title="judge", channels=1, size=size, classes=classes, prediction=X0(), path=VPCosine(),
                     network=ConvClassifierOptions(width=8), part=Part.CLASSIFIER)
    torch.manual_seed(1)
    save_model(folder / "judge.safetensors", build_network(spec), spec)
    return folder / "judge.safetensors"


def test_lists_and_loaders_tell_classifiers_from_models(tmp_path: Path) -> None:
    model, judge = save_small(tmp_path), classifier_file(tmp_path)
    assert "judge" not in [found.name for found in find_models([tmp_path])]
    # the bundled one comes first
    assert [found.name for found in find_models([tmp_path], Part.CLASSIFIER)] == ["digits-classifier", "judge"]
    assert known_model("judge", [tmp_path], part=Part.CLASSIFIER).spec.part is Part.CLASSIFIER
    assert read_header(model).spec.part is Part.DENOISER
    assert '"part"' not in read_header(model).spec.model_dump_json(), "files of denoisers are as they were"
    for name in ("judge", str(judge)):
        with pytest.raises(BadCheckpoint, match="is a classifier, which tells classes and makes nothing"):
            events("generate", {"model": name}, context(tmp_path))
    for name in ("tiny", str(model)):
        with pytest.raises(BadCheckpoint, match="makes images and tells no classes; choose a classifier"):
            events("generate", {"classifier": name}, context(tmp_path))
    with pytest.raises(BadCheckpoint, match="is a classifier"):
        load_model(judge, device("cpu"))
    with pytest.raises(BadCheckpoint, match="tells no classes"):
        load_classifier(model, device("cpu"))
    with pytest.raises(BadCheckpoint, match="“none”"):
        events("generate", {"classifier": "none"}, context(tmp_path))


def test_images_are_pulled_by_a_classifier_and_a_model_without_classes_too(tmp_path: Path) -> None:
    save_small(tmp_path)
    classifier_file(tmp_path)
    options = {"count": 2, "label": "b", "guidance": 1.0, "steps": 4}
    plain = result(events("generate", options, context(tmp_path)))
    pulled = result(events("generate", {**options, "classifier": "judge", "classifier_scale": 5.0}, context(tmp_path)))
    nothing = result(events("generate", {**options, "classifier": "judge", "classifier_scale": 0}, context(tmp_path)))
    assert np.abs(pulled.samples - plain.samples).max() > 1e-3
    assert (nothing.sha256, pulled.nfe) == (plain.sha256, plain.nfe)
    save_small(tmp_path, classes=(), name="free")
    free = {**options, "model": "free", "classifier": "judge"}
    one, other = (result(events("generate", {**free, "label": label}, context(tmp_path))) for label in ("a", "b"))
    assert one.sha256 != other.sha256
    with pytest.raises(BadOption, match="Class “z” is not one"):
        events("generate", {**free, "label": "z"}, context(tmp_path))


def test_a_classifier_has_to_fit_the_model(tmp_path: Path) -> None:
    save_small(tmp_path)
    classifier_file(tmp_path, classes=("x", "y"))
    with pytest.raises(BadOption, match="tells other classes than the model knows"):
        events("generate", {"classifier": "judge"}, context(tmp_path))
    classifier_file(tmp_path, size=16)
    with pytest.raises(BadOption, match="choose another classifier"):
        events("generate", {"classifier": "judge"}, context(tmp_path))
    spec = read_header(classifier_file(tmp_path)).spec
    other = replace_path(spec)
    save_model(tmp_path / "judge.safetensors", build_network(other), other)
    with pytest.raises(BadOption, match="learned on the path"):
        events("generate", {"classifier": "judge"}, context(tmp_path))


def replace_path(spec: ModelSpec) -> ModelSpec:
    """The spec on another path."""
    return ModelSpec.model_validate({**spec.model_dump(), "path": "vp-linear"})


def test_data_without_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="has no classes to tell apart"):
        list(run_of("train-classifier", {**OPTIONS, "data": "gaussian"}, context(tmp_path)))


def test_digits_are_learnt_a_little_in_a_few_steps(tmp_path: Path) -> None:
    """Above chance within seconds; what a whole training reaches is not a matter of a test."""
    options: dict[str, object] = {"name": "few", "steps": 12, "batch": 32, "learning_rate": 4e-3, "validate_every": 0}
    found = list(run_of("train-classifier", options, context(tmp_path)))
    losses = [event.loss for event in found if isinstance(event, Trained)]
    assert losses[0] == pytest.approx(np.log(10), abs=0.2)
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    assert read_header(tmp_path / "few.safetensors").spec.shape == (1, 28, 28)


def test_a_training_that_is_taken_up_under_another_name_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    """Ten steps and then ten more are twenty, as each step depends on its number and the seed alone."""
    options = {**OPTIONS, "steps": 20, "validate_every": 0}

    def made(folder: str, **more: object) -> list[Event]:
        place = tmp_path / folder
        place.mkdir()
        return list(run_of("train-classifier", {**options, **more}, Context(device("cpu"), place, (place,))))

    made("whole")
    made("first", steps=10)
    taken = made("second", name="more", resume=str(tmp_path / "first"), steps=20)
    assert [event.step for event in taken if isinstance(event, Trained)][0] == 11
    assert next(event.step for event in taken if isinstance(event, Continued)) == 10
    with pytest.raises(BadOption, match="already has 20 steps"):
        made("third", name="none", resume=str(tmp_path / "second"), steps=20)
    with pytest.raises(BadOption, match="is the state of another training"):
        made("fourth", name="none", data={"name": "ring", "modes": 3}, resume=str(tmp_path / "second"), steps=30)


def test_half_precision_halves_the_file(tmp_path: Path) -> None:
    sizes = list[int]()
    for half in (False, True):
        place = tmp_path / str(half)
        place.mkdir()
        options = {**OPTIONS, "steps": 1, "validate_every": 0, "half": half}
        list(run_of("train-classifier", options, Context(device("cpu"), place, (place,))))
        sizes.append((place / "rings.safetensors").stat().st_size)
        network, _ = load_classifier(place / "rings.safetensors", device("cpu"))
        assert all(p.dtype == torch.float32 for p in network.parameters())
    assert sizes[1] < 0.6 * sizes[0]
