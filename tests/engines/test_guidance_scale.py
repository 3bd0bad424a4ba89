"""Guidance by scale: its measures by hand, both ways of counting, and the gradients that guide."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.classifiers import BUNDLED_CLASSIFIER, Classified, bundled_or_noted
from engines.component import build
from engines.context import Context
from engines.device import device
from engines.errors import BadOption
from engines.events import Charted
from engines.guidance.choice import Guide
from engines.guidance.classifier import ExactClassifier, gradient_of, implied_gradient
from engines.modality import Modality
from engines.model_list import known_model
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import paths
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Step
from engines.studies.base import Study, studies
from engines.studies.guidance_curves import FREE, PAPER, PULLED, Found, Seen, kinds
from engines.tasks.gradients import IMPLIED, OF_CLEAN, OF_NOISE, Looked, clean_of, cosine, signed
from engines.tasks.guidance_scale import labels_of, mean_pair_distance

DATA = blobs()
X = Noise(sample_seeds(0, 4), (2,), dtype=torch.float64).initial()
COND = torch.tensor([0, 1, 0, 1])


def at(t: float) -> torch.Tensor:
    return torch.tensor(t, dtype=torch.float64)


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("t", [0.05, 0.4, 0.9])
def test_the_gradient_of_the_exact_classifier_is_what_the_conditional_denoiser_implies(name: str, t: float) -> None:
    """Bayes' rule: both are ∇ log p(c | x_t), the one by differentiation, the other from two estimates."""
    path = paths()[name]()
    x = path.scale(at(t)) * X
    own = gradient_of(ExactClassifier(DATA, path), x, at(t), COND)
    implied = implied_gradient(MixtureDenoiser(DATA, path), path, x, at(t), COND)
    torch.testing.assert_close(own, implied, rtol=1e-8, atol=1e-8)


def test_the_cosine_is_the_mean_of_that_of_each_sample() -> None:
    one, other = torch.tensor([[3.0, 0.0], [1.0, 1.0]]), torch.tensor([[0.0, 2.0], [5.0, 5.0]])
    assert cosine(one, other) == pytest.approx((0 + 1) / 2)


def test_nothing_is_implied_where_no_noise_is_left() -> None:
    path = VPCosine()
    assert not implied_gradient(MixtureDenoiser(DATA, path), path, X, at(0.0), COND).any()


@pytest.mark.parametrize("scale", [0.0, 1.0, 3.0])
def test_every_kind_with_exact_parts_is_the_same_inside_of_the_interval_and_plain_outside(scale: float) -> None:
    """Classifier-free and classifier guidance coincide; the one of an interval is the plain conditional outside."""
    path = VPCosine()
    prior = MixtureDenoiser(DATA, path)
    free, within, pulled = (kind.guide(scale).bent(prior, classes=kind.told)
                            for kind in kinds(ExactClassifier(DATA, path), 0.3, 0.7))
    for t, like in ((0.5, free), (0.1, prior), (0.9, prior)):
        torch.testing.assert_close(within(X, at(t), COND), like(X, at(t), COND), rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(free(X, at(t), COND), pulled(X, at(t), COND), rtol=1e-8, atol=1e-8)


def test_the_paper_counts_the_same_samples_by_one_less() -> None:
    """(1 + w)·ε_c − w·ε_u is ε_u + γ(ε_c − ε_u) with w = γ − 1; what is below γ = 1 has no w."""
    found = Found()
    for scale, value in ((0.0, 0.1), (1.0, 0.5), (4.0, 0.9)):
        found.add(FREE, scale, Seen({"accuracy": value}))
        found.add(PULLED, scale, Seen({"accuracy": value / 2}))
    series = {one.name: (one.x, one.y) for one in found.series("accuracy")}
    assert series == {FREE: ((0.0, 1.0, 4.0), (0.1, 0.5, 0.9)), PAPER: ((0.0, 3.0), (0.5, 0.9)),
                      PULLED: ((0.0, 1.0, 4.0), (0.05, 0.25, 0.45))}
    assert found.scales == [0.0, 1.0, 3.0, 4.0]


def test_kinds_that_nothing_is_chosen_for_are_left_out() -> None:
    assert [kind.name for kind in kinds(None, 0, 1)] == [FREE]
    assert [kind.name for kind in kinds(None, 0.2, 0.8, 0.7)] == [FREE, "CFG for 0.2 < t ≤ 0.8", "CFG rescaled by 0.7"]
    assert kinds(None, 0.2, 0.8, 0.7)[1].guide(3.0) == Guide(3.0, 0.2, 0.8)


def test_the_mean_distance_of_pairs_is_that_by_hand() -> None:
    """A class of three points of a line, at 0, 1 and 3, has the distances 1, 2 and 3; one alone has none."""
    features = torch.tensor([[0.0], [10.0], [1.0], [14.0], [3.0], [99.0]], dtype=torch.float64)
    labels = torch.tensor([0, 1, 0, 1, 0, 2])
    assert mean_pair_distance(features, labels) == pytest.approx((2.0 + 4.0) / 2)
    assert mean_pair_distance(features[5:], labels[5:]) == 0
    assert labels_of(12).tolist() == [*range(10), 0, 1]


def test_the_study_of_points_draws_every_kind_and_at_scale_one_all_sample_the_class() -> None:
    """With both exact, γ = 1, w = 0 and the pull of scale 1 are one law, from the same noise the same samples."""
    study = build(Study, {"name": "guidance", "count": 64, "steps": 6}, studies)
    chart = [told.chart for told in study.run(3) if isinstance(told, Charted)][-2]
    value = {one.name: dict(zip(one.x, one.y, strict=True)) for one in chart.series}
    assert value[FREE][1.0] == value[PAPER][0.0] == value["CFG for 0.2 < t ≤ 0.8"][1.0]
    assert value[PULLED][1.0] == pytest.approx(value[FREE][1.0], abs=1e-9)
    assert value[PAPER][7.0] == value[FREE][8.0]


def test_an_empty_interval_of_the_study_is_refused() -> None:
    study = build(Study, {"name": "guidance", "low": 0.8, "high": 0.2}, studies)
    with pytest.raises(BadOption, match="The interval from 0.8 to 0.2 is empty"):
        list(study.run(0))


def test_pictures_of_gradients_have_a_scale_of_their_own_and_stand_by_sample() -> None:
    """The noisy classifier is the exact one here, so that its gradient is the model's at every pixel."""
    path = VPCosine()
    prior, exact = MixtureDenoiser(DATA, path), ExactClassifier(DATA, path)
    look = Looked(path, prior, exact, exact, COND)
    x0 = torch.zeros(4, 2)
    told = look.at(Step(1, 2, 0.8, X, x0, 3, {}), 4)
    shown = told.step.x0.reshape(4, 4, 2)
    assert look.shown == ("estimate", OF_NOISE, OF_CLEAN, IMPLIED)
    torch.testing.assert_close(shown[:, 1:].abs().amax(2), torch.ones(4, 3))
    torch.testing.assert_close(shown[:, 1], shown[:, 3], rtol=1e-5, atol=1e-5)
    assert told.step.nfe == 3 + 4
    assert told.curves == {"noisy-cosine": pytest.approx(1), "clean-cosine": pytest.approx(1)}
    sizes = told.step.terms["guidance"].reshape(4, 4)
    torch.testing.assert_close(sizes[:, 1], gradient_of(exact, X, at(0.8), COND).norm(dim=1).to(sizes), rtol=1e-5,
                               atol=1e-6)
    assert not sizes[:, 0].any()
    assert not Looked(path, prior, None, exact, COND).at(Step(2, 2, 0.0, X, x0, 3, {}), 4).curves
    assert signed(torch.zeros(1, 3)).tolist() == [[0.0, 0.0, 0.0]]


def test_the_clean_classifier_tells_the_classes_whatever_the_time() -> None:
    spec = known_model("digits", ()).spec
    clean = clean_of(spec)
    assert clean is not None
    assert clean_of(spec.model_copy(update={"classes": ("a", "b")})) is None
    logs = clean.log_probabilities(torch.zeros(2, 1, 28, 28), at(0.0))
    torch.testing.assert_close(logs.exp().sum(1), torch.ones(2))


def test_without_a_classifier_it_is_said_what_is_left_out(tmp_path: Path) -> None:
    context = Context(device("cpu"), tmp_path, (tmp_path,))
    found, sentence = bundled_or_noted("", context, Classified(Modality.IMAGE, (1, 28, 28), VPCosine(), ()))
    assert found is None
    assert sentence == "No classifier was chosen, so what one would do is left out."
    assert BUNDLED_CLASSIFIER == "digits-classifier"
