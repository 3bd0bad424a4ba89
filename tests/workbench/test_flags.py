"""Flags of algorithms that choose further algorithms."""

from __future__ import annotations

import argparse
import shlex

import pytest

from engines.component import validated
from engines.data.points.base import point_sets
from engines.errors import BadOption
from engines.process.chain import Fixed
from engines.recipe import Recipe
from engines.recipe_text import command_line, dump_preset, load_preset
from engines.representation.em import Emptied
from engines.tasks.restore import RestoreOptions
from engines.tasks.sweep import Metric, SweepOptions
from engines.tasks.train import TrainOptions
from workbench.cli.flags import add_flags, flags_of, help_text, values_of
from workbench.forms import enum_choices


def parsed(*words: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    add_flags(parser, TrainOptions)
    return values_of(TrainOptions, vars(parser.parse_args(words)), {})


def test_an_option_of_an_algorithm_within_another_has_a_flag() -> None:
    chosen = parsed("--objective.weight", "min-snr", "--objective.weight.bound", "3")
    assert chosen == {"objective": {"name": "simple", "weight": {"name": "min-snr", "bound": "3"},
                                    "law": {"name": "even"}}}
    assert validated(TrainOptions, chosen)


def test_the_copied_command_and_a_preset_give_it_back() -> None:
    recipe = Recipe("train", parsed("--objective.weight", "min-snr", "--objective.weight.bound", "3"))
    words = shlex.split(command_line(recipe))
    again = parsed(*words[words.index("train") + 1:])
    assert validated(TrainOptions, again) == validated(TrainOptions, recipe.options)
    preset = load_preset(dump_preset(recipe))
    assert validated(TrainOptions, preset.options) == validated(TrainOptions, recipe.options)


def test_an_option_that_belongs_to_another_is_refused_by_its_name() -> None:
    with pytest.raises(BadOption, match=r"weight\.bound = “3” does not belong"):
        validated(TrainOptions, parsed("--objective.weight", "snr", "--objective.weight.bound", "3"))


def test_a_component_that_is_named_is_the_one_that_the_form_begins_with() -> None:
    """Not its plain self: DPS with the automatic step is what Restore begins with, and what its help tells."""
    begun = RestoreOptions.model_fields["method"].default
    assert values_of(RestoreOptions, {"method": "dps"}, {}) == {"method": begun.model_dump(mode="json")}
    assert values_of(RestoreOptions, {"method": "pnp"}, {}) == {"method": {"name": "pnp"}}
    rule = next(flag for flag in flags_of(RestoreOptions) if flag.dest == "method.rule")
    assert "default automatic" in help_text(rule, None)


def test_an_option_that_means_different_things_is_told_for_each() -> None:
    zeta = next(flag for flag in flags_of(RestoreOptions) if flag.dest == "method.zeta")
    told = help_text(zeta, None)
    assert "For diffpir: Share of fresh noise" in told
    assert "For dps: Length of the pull" in told


def test_a_flag_tells_every_default_that_it_has() -> None:
    """Two peaks weigh otherwise than two blobs."""
    weight = next(flag for flag in flags_of(SweepOptions) if flag.dest == "data.weight")
    assert "default 0.3, 0.4 for two-peaks; for two-blobs, two-peaks" in help_text(weight, None)


def test_choices_are_called_by_the_names_of_people_and_by_abbreviations() -> None:
    titles = [title for _, title in enum_choices(Metric)]
    assert titles == ["All", "Energy", "Sliced Wasserstein", "NLL", "Mode error", "Moments"]
    assert enum_choices(Fixed) == (("beta-tilde", "Beta tilde"), ("beta", "Beta"))  # as the help writes them
    assert enum_choices(Emptied) == (("drop", "Drop"), ("reseed", "Reseed"))


def test_sets_of_points_are_listed_by_their_titles() -> None:
    titles = [kind.title for kind in point_sets().values()]
    assert titles == sorted(titles)
