"""The lessons without a window: every figure is what the lesson says, and would not be with its panels exchanged
or with an error in what it charts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from engines.component import build
from engines.errors import BadInput, BadOption
from engines.samplers.base import Sampler, samplers, unlisted
from engines.tasks.sample_points import SamplePointsOptions
from tests.workbench.planted import PLANTED
from tests.workbench.test_cli import run
from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.ran import Ran
from workbench.lessons.registry import after, lesson, lessons
from workbench.lessons.running import document, prove, proven, ran

MORE = [name for name, one in lessons().items() if len(one.panels) > 1]


@cache
def runs(name: str) -> tuple[Ran, ...]:
    """The runs of the panels of a lesson, made once."""
    return tuple(ran(panel) for panel in lesson(name).panels)


@pytest.mark.parametrize("name", lessons())
def test_every_figure_is_what_the_lesson_says(name: str) -> None:
    for one in proven(lesson(name), runs(name)):
        assert one.ok, f"{one.fact.about}: {one.value:.4g} is not {one.fact.bounds}"


@pytest.mark.parametrize("name", MORE)
def test_with_its_panels_exchanged_a_lesson_proves_nothing(name: str) -> None:
    assert not all(one.ok for one in proven(lesson(name), (*runs(name)[1:], runs(name)[0])))


@pytest.mark.parametrize("name", [name for name in lessons() if name not in MORE])
def test_every_figure_of_a_lesson_of_one_panel_sees_a_planted_error(name: str) -> None:
    (run_of,), plants = runs(name), PLANTED[name]
    assert plants.keys() == {fact.name for fact in lesson(name).facts}
    for fact, plant in plants.items():
        (wrong,) = (one for one in proven(lesson(name), [plant(run_of)]) if one.fact.name == fact)
        assert not wrong.ok, f"{wrong.fact.about}: {wrong.value:.4g} passes for {wrong.fact.bounds}"


def test_there_are_fifteen_each_with_two_sentences_that_fit() -> None:
    assert len(lessons()) == 15
    assert len({one.place for one in lessons().values()}) == 15
    for one in lessons().values():
        assert all(sentence.endswith(".") for sentence in one.look)
        assert len(one.words) < 340, f"{one.name} takes more than three lines of the strip: {len(one.words)}"
        assert "\u0302" not in one.words, "a hat falls on the line below"
        captions = [panel.caption for panel in one.panels]
        assert len(set(captions)) == len(captions)


def test_the_guide_has_them_all() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
    rows = [f"| `{one.name}` | {one.title} |" for one in lessons().values()]
    assert "| lesson | what it shows |\n|---|---|\n" + "\n".join(rows) in guide


def test_the_next_of_the_last_is_the_first() -> None:
    first, *_, last = lessons()
    assert after(last, 1).name == first
    assert after(first, -1).name == last
    with pytest.raises(BadInput, match="“none” is not known; choose one of forgetting"):
        lesson("none")


def test_a_lesson_that_cannot_be_shown_is_refused() -> None:
    fact = Fact("f", "f", lambda _runs: 0.0, least=1)
    with pytest.raises(ValueError, match="1 to 4 panels"):
        Lesson("x", "x", 1, ("a.", "b."), (Panel("p", "study"),) * 5, (fact,))
    failed = Lesson("x", "x", 1, ("a.", "b."), (Panel("p", "study", {"study": "gradient-flow"}),), (fact,))
    told = document(failed, [one for one in prove(failed) if not isinstance(one, str)])
    assert told["ok"] is False
    assert told["facts"][0]["bounds"] == "1 or more"


def test_what_only_lessons_run_is_in_no_list() -> None:
    assert set(unlisted()) == {"flipped", "flow-map"}
    assert not set(unlisted()) & set(samplers())
    taken = SamplePointsOptions(sampler={"name": "flipped"})  # pyright: ignore[reportArgumentType]
    assert taken.sampler.title == "Flipped sign (wrong)"
    with pytest.raises(BadOption, match="choose one of annealed-langevin"):
        build(Sampler, "flipped", samplers)


def test_the_command_line_lists_and_runs_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "lessons", "--json")
    told = json.loads(out)["lessons"]
    assert code == 0
    assert [one["name"] for one in told] == list(lessons())
    assert all(len(one["look"]) == 2 and one["panels"] for one in told)
    code, out, _ = run(capsys, "lesson", "gradient-flow", "--json")
    told = json.loads(out)
    assert (code, told["ok"]) == (0, True)
    assert told["facts"][0]["name"] == "order"
    assert told["facts"][0]["measured"] == pytest.approx(1, abs=0.05)
    code, _, err = run(capsys, "lesson", "none")
    assert code == 2
    assert "Lesson “none” is not known" in err
