"""What a model has learned, as it says itself or as its recipe tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.checkpoint import build_network, save_model
from engines.component import validated
from engines.context import Context
from engines.device import device
from engines.events import Saved
from engines.learnt import Learnt, learnt_by
from engines.model_file import raw_header, read_header
from engines.model_list import BUNDLED
from engines.tasks.base import task
from engines.tasks.train_points import TrainPointsOptions
from engines.training.objectives.base import objectives
from engines.training.objectives.coupling import Coupling
from engines.training.objectives.flow_matching import FlowMatching


def test_files_of_earlier_versions_tell_it_by_their_recipe() -> None:
    known = {name: read_header(BUNDLED / f"{name}.safetensors").spec.learnt
             for name in ("digits", "points-moons", "points-one-step")}
    assert known == {"digits": Learnt.MEAN, "points-moons": Learnt.MEAN, "points-one-step": Learnt.ENDS}


@pytest.mark.parametrize("recipe", ["", "damaged", "[]", "[" * 5000, '{"options": {}}', '{"options": 3}',
                                    '{"options": {"objective": "nosuch"}}', '{"options": {"objective": 7}}',
                                    '{"options": {"objective": {"coupling": "independent"}}}'])
def test_one_that_does_not_say_is_taken_for_a_mean(recipe: str) -> None:
    """As a model that its file says nothing of is, even where it has no name."""
    assert learnt_by(recipe) is Learnt.MEAN


def test_every_objective_says_what_its_recipe_tells() -> None:
    """Else a model would be one thing by its file, and another by the recipe of an earlier version."""
    for kind in (*(kind() for kind in objectives().values()), FlowMatching(coupling=Coupling.OPTIMAL)):
        recipe = f'{{"options": {{"objective": {kind.model_dump_json()}}}}}'
        assert learnt_by(recipe) is kind.learnt, kind.name
    assert {kind().learnt for kind in objectives().values()} == {Learnt.MEAN, Learnt.ENDS}
    assert FlowMatching(coupling=Coupling.OPTIMAL).learnt is Learnt.PAIRED


@pytest.mark.parametrize(("objective", "learnt"), [
    ({"name": "flow-matching", "coupling": "optimal"}, Learnt.PAIRED), ({"name": "consistency-training"}, Learnt.ENDS),
    ({"name": "simple"}, Learnt.MEAN)])
def test_a_trained_model_says_it_itself(objective: dict[str, str], learnt: Learnt, tmp_path: Path) -> None:
    """Without its recipe too; only what is unlike the models of earlier versions is written down."""
    chosen = validated(TrainPointsOptions, {
        "name": "mine", "data": "moons", "objective": objective, "steps": 1, "batch": 4, "preview_every": 0,
        "network": {"name": "mlp", "width": 8, "depth": 1}})
    files = [event.path for event in task("train-points").run(chosen, Context(device("cpu"), tmp_path))
             if isinstance(event, Saved) and event.kind == "model"]
    spec = read_header(files[-1]).spec
    assert spec.learnt is learnt
    assert ("learnt" in raw_header(files[-1])["spec"]) is (learnt is not Learnt.MEAN)
    save_model(tmp_path / "bare.safetensors", build_network(spec), spec)
    assert read_header(tmp_path / "bare.safetensors").spec.learnt is learnt
