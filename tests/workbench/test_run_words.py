"""What tells jobs apart, and when each of them is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workbench.docks.jobs import finishes, row_of, summary
from workbench.library.records import Run
from workbench.running.jobs import Job, State
from workbench.running.pace import Pace
from workbench.wording.component_words import kinds, option_word, task_word
from workbench.wording.run_words import apart, changes, details, facts_apart, said, tip, title_of, told_options
from workbench.wording.words import facts

BASE: dict[str, Any] = {"model": "digits", "sampler": {"name": "ddim", "eta": 0.0}, "steps": 50, "label": "each",
                        "guidance": 2.0, "count": 16, "seed": 7, "seeds": []}


def test_what_differs_stands_first() -> None:
    """Whatever it is; what all share follows, so that a narrow row loses that."""
    told = details({"a": BASE, "b": {**BASE, "guidance": 5.0}})
    assert told == {"a": "guidance 2 · seed 7 · 50 steps · each class · DDIM",
                    "b": "guidance 5 · seed 7 · 50 steps · each class · DDIM"}
    told = details({"a": BASE, "b": {**BASE, "sampler": {"name": "ddim", "eta": 0.5}, "label": "3"}})
    assert told["b"].startswith("class 3 · DDIM eta 0.5 · ")
    kinds()  # what is usual is known
    told = details({"a": BASE, "b": {**BASE, "sampler": {"name": "ddpm", "variance": "beta"}}})
    assert told["a"].startswith("DDIM · "), "nobody chose an eta"
    assert told["b"].startswith("DDPM variance β · ")
    told = details({"a": {"steps": 400, "batch": 64}, "b": {"steps": 1, "batch": 32}})
    assert told == {"a": "400 steps · batch 64", "b": "1 step · batch 32"}
    assert details({}) == {}


def test_a_training_names_the_one_that_it_continues() -> None:
    """By its title, in the line of its job, in its tip and in its row; the folder it lies in says nothing."""
    run = Run("b", "mine-2", "train", State.DONE, 0.0, 1.0, "", 0, False, None, None, None, 800, 800, 1.0, "",
              {"steps": 800, "resume": "/home/me/runs/a"}, {}, "", "mine")
    assert details({"b": told_options(run)}) == {"b": "continued from mine · 800 steps"}
    other = replace(run, id="c", origin="", options={"steps": 800, "resume": ""})
    assert details({"b": told_options(run), "c": told_options(other)})["b"] == "continued from mine · 800 steps"
    assert "Continued from: mine" in tip(run.title, told_options(run)).splitlines()
    assert facts(run).endswith(" · continued from mine")
    assert "continued" not in facts(other)


def drawn(key: str, **options: Any) -> Run:
    """A finished run of samples with these options besides the usual ones."""
    whole = {**BASE, **options}
    return Run(key, "16 samples", "generate", State.DONE, 0.0, 1.0, "digits", whole["seed"], False, None, None, None,
               50, 50, 1.0, "", whole, {}, "", "")


def test_a_list_of_seeds_stands_in_place_of_the_seed() -> None:
    """In every list: the seed that it replaced was never used."""
    run, other = drawn("a", seeds=[5, 5, 9], seed=778), drawn("b")
    told = details({each.id: told_options(each) for each in (run, other)})
    assert told["a"].startswith("seeds 5, 5, 9 · ")
    assert "778" not in told["a"] + tip(run.title, told_options(run)) + facts(run)
    assert details({"a": told_options(run)})["a"].startswith("seeds 5, 5, 9 · ")
    assert facts(run).startswith("seeds 5, 5, 9 · DDIM · 50 steps · ")
    assert facts(other).startswith("seed 7 · DDIM · 50 steps · ")
    assert facts(drawn("c", seeds=[39])).startswith("seed 39 · DDIM")


def test_runs_of_one_title_say_first_what_differs() -> None:
    """Where a run stands alone its usual facts do."""
    alone = replace(drawn("c"), title="Another")
    told = facts_apart([drawn("a"), drawn("b", guidance=5.0), alone])
    assert told["a"].startswith("guidance 2 · seed 7")
    assert told["b"].startswith("guidance 5 · seed 7")
    assert told["c"] == facts(alone)


def test_a_branch_is_called_by_what_is_different() -> None:
    """In the words of the other lists; options without a name of their own give none."""
    assert changes({"sampler": {"name": "ddpm"}}, {}, {}) == "DDPM"
    assert changes({"method": {"name": "repaint"}, "label": "3", "guidance": 4.0}, {}, {}) == \
        "RePaint, class 3, guidance 4"
    assert changes({"seeds": [1, 2]}, {}, {}) == changes({}, {}, {}) == ""


def test_a_branch_is_not_called_by_what_is_as_ever() -> None:
    """The name of a sampler is enough where its options are the usual ones, or stay."""
    before, usual = {"sampler": {"name": "ddim", "eta": 0.5}}, {"sampler": {"variance": "beta-tilde"}}
    assert changes({"sampler": {"name": "ddpm", "variance": "beta-tilde"}}, before, usual) == "DDPM"
    assert changes({"sampler": {"name": "ddpm", "variance": "beta"}}, before, usual) == "DDPM variance β"
    assert changes({"sampler": {"name": "ddim", "eta": 0.0}}, before, {"sampler": {"eta": 0.0}}) == "DDIM eta 0"


def test_options_of_components_are_told_in_words() -> None:
    """As the form calls them; captions of panels begin with a capital letter."""
    told = apart({str(on): {"sampler": {"name": "dpm++2m", "noisy": on}} for on in (False, True)})
    assert told == {"False": "DPM-Solver++ 2M without fresh noise", "True": "DPM-Solver++ 2M with fresh noise"}
    told = apart({rule: {"sampler": {"name": "ddpm", "variance": rule}} for rule in ("beta", "beta-tilde")})
    assert told == {"beta": "DDPM variance β", "beta-tilde": "DDPM variance β̃"}
    told = apart({metric: {"metric": metric} for metric in ("nll", "sliced-wasserstein", "mode-error")})
    assert told == {"nll": "Metric NLL", "sliced-wasserstein": "Metric sliced Wasserstein",
                    "mode-error": "Metric mode error"}
    assert tip("x", {"model": "beta"}) == "x\nModel: beta", "a name is no variance"
    three: dict[str, dict[str, Any]] = {"a": {"name": "ddim", "eta": 0.0}, "b": {"name": "ddim", "eta": 1.0},
                                        "c": {"name": "ddpm", "variance": "beta"}}
    assert apart({key: {"sampler": sampler} for key, sampler in three.items()}) == {
        "a": "DDIM eta 0", "b": "DDIM eta 1", "c": "DDPM"}, "only in what those of one name differ"
    assert apart({"a": {"guidance": 0.0}, "b": {"guidance": 2.5}}) == {"a": "Guidance 0", "b": "Guidance 2.5"}


@pytest.mark.parametrize("option", kinds())
def test_components_and_their_options_are_told_as_their_classes_have_them(option: str) -> None:
    """Nothing is kept beside the classes, and no two of a list are told alike."""
    named = kinds()[option]
    assert len({kind.word() for kind in named.values()}) == len(named)
    for name, kind in named.items():
        assert said({"name": name}, option) == kind.word()
        for key, field in kind.model_fields.items():
            assert option_word(option, name, key).lower() == (field.title or key).lower()


def test_points_and_networks_are_told_by_their_titles() -> None:
    """Not by their names in capitals, nor without a hyphen; a weight with what it is."""
    points = apart({"a": {"data": {"name": "ring", "modes": 8}}, "b": {"data": {"name": "ring", "modes": 5}},
                    "c": {"data": {"name": "text"}}})
    assert points == {"a": "Ring blobs 8", "b": "Ring blobs 5", "c": "Text"}
    assert tip("x", {"network": {"name": "mlp"}, "weight": {"name": "min-snr"}, "data": {"name": "own"}}) == \
        "x\nNetwork: MLP\nWeight: Min-SNR\nData: Own points"


def test_tasks_are_called_as_the_window_calls_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never by the name that a file of a recipe has, and where two are called alike with their workspace."""
    kinds()
    assert title_of("sample-points", {"name": "x"}) == "Sample · x"
    assert facts(replace(drawn("a"), task="sample-points", options={})).startswith("sample · ")
    assert [task_word(name, apart=True) for name in ("train", "train-points", "invert-points")] == \
        ["Train", "Train in Points", "Invert in Points"]
    monkeypatch.setattr("workbench.wording.component_words.known", dict)
    assert task_word("sample-points") == "Sample points"


def test_before_the_engines_are_there_names_stand_for_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of the library must not import them on the window's thread."""
    monkeypatch.setattr("workbench.wording.component_words.known", dict)
    assert said({"name": "dpm++2m", "noisy": True, "step_size": 2}, "sampler") == "dpm++2m with noisy step size 2"


def test_a_time_grid_is_told_with_what_it_is() -> None:
    """“Quadratic” alone says little; a recipe from when grids had no options differs from a new one in nothing."""
    old, new = {**BASE, "spacing": "uniform"}, {**BASE, "spacing": {"name": "uniform"}}
    assert details({"a": old, "b": new}) == details({"a": BASE, "b": BASE})
    edm = {**BASE, "spacing": {"name": "edm", "rho": 3.0}}
    told = details({"a": new, "b": edm})
    assert told["a"].startswith("spacing uniform · ")
    assert told["b"].startswith("spacing EDM rho 3 · ")
    assert "Spacing: log-SNR" in tip("x", {"spacing": {"name": "log-snr"}})


def test_a_tip_says_every_option_that_is_set() -> None:
    """A line each, under the title."""
    assert tip("16 samples", BASE).splitlines() == [
        "16 samples", "Model: digits", "Sampler: DDIM eta 0", "Steps: 50", "Class: each", "Guidance: 2", "Count: 16",
        "Seed: 7"]


def test_waiting_jobs_are_done_after_those_before_them() -> None:
    """The one that runs by its own pace, a paused one never, and nobody can say what comes after an unknown one."""
    running = Job("a", "A", "t", State.RUNNING, done=20, total=100, eta=8.0)
    paused = Job("b", "B", "t", State.PAUSED, done=5, total=10)
    first, last = Job("c", "C", "t", State.WAITING), Job("d", "D", "t", State.WAITING)
    jobs = [running, paused, first, last]
    ends = finishes(jobs, {"a": 8.0, "b": 10.0, "c": 4.0, "d": 30.0})
    assert ends == {"a": 8.0, "b": None, "c": 12.0, "d": 42.0}
    assert [row_of(job, ends[job.id], "", "").facts for job in jobs] == [
        "20 % · 8 s", "paused at 50 %", "done in 12 s", "done in 42 s"]
    assert summary(jobs, ends) == "4 jobs · 42 s left"
    ends = finishes(jobs, {"a": 8.0, "c": None, "d": 30.0})
    assert (ends["c"], ends["d"]) == (None, None)
    assert summary(jobs, ends) == "4 jobs"
    assert row_of(first, None, "", "").facts == "waiting"
    assert summary([], {}) == ""
    assert summary([running], {"a": 8.0}) == "1 job", "its own line and the status line say how long"


def test_a_job_that_has_just_begun_is_estimated_before_it_has_a_pace() -> None:
    """By what its like took."""
    job = Job("a", "A", "t", State.RUNNING, done=0, total=100)
    assert finishes([job], {"a": 20.0}) == {"a": 20.0}


def test_the_time_left_settles_within_a_few_steps() -> None:
    """Loading does not count, and a machine that becomes slower is believed as soon as the window has passed."""
    now = 0.0
    pace = Pace(clock=lambda: now)
    pace.start()
    now = 5.0  # the model was loaded
    for step in range(4):
        pace.mark(step, 100)
        now += 0.1
    assert pace.eta is not None
    assert abs(pace.eta - 9.7) < 0.1
    for step in range(4, 40):
        pace.mark(step, 100)
        now += 0.3
    assert pace.eta is not None
    assert abs(pace.eta - 61 * 0.3) < 1


def test_another_spacing_is_told_whatever_else_differs() -> None:
    shared = {"count": 5}
    told = apart({"a": {**shared, "seed": 1, "steps": 60, "sampler": "ddim", "spacing": {"name": "uniform"}},
                  "b": {**shared, "seed": 2, "steps": 30, "sampler": "heun", "spacing": {"name": "log-snr"}}})
    assert told["b"].endswith("spacing log-SNR")


def test_no_two_runs_are_called_alike_where_a_fourth_option_differs() -> None:
    """The panels of a comparison and their table are told apart by these words alone."""
    one = {"steps": 10, "sampler": "ddim", "guidance": 1.0, "path": {"name": "vp-cosine"}}
    runs = {"a": one, "b": {**one, "path": {"name": "ve"}}, "c": {**one, "steps": 20, "sampler": "heun",
                                                                  "guidance": 2.0}}
    assert len(set(apart(runs).values())) == 3


def test_runs_of_one_title_say_how_they_were_drawn_before_their_seed() -> None:
    """A narrow row keeps what comes first and when it was; only of a run drawn again the seed is that."""
    runs = [drawn("a"), drawn("b", sampler={"name": "ddpm"}, steps=12), drawn("c", sampler={"name": "plms"}, seed=9)]
    told = facts_apart(runs, 5.0)
    assert told["a"].startswith("DDIM · 50 steps · seed 7")
    assert told["b"].startswith("DDPM · 12 steps · seed 7")
    assert told["c"].startswith("PLMS · 50 steps · seed 9")
    assert told["a"].endswith(" · now")
    again = facts_apart([*runs, drawn("d", seed=8)], 5.0)
    assert again["d"].startswith("seed 8 · 50 steps · DDIM")
    assert again["b"].startswith("DDPM · 12 steps · seed 7")
