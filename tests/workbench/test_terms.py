"""The filter of the library: what can be asked, and what is said about a wrong question."""

from __future__ import annotations

import pytest

from tests.workbench.test_library import add, found
from workbench.library.library import Library
from workbench.library.records import State
from workbench.library.terms import hint, problem, quoted, terms, toggled

KNOWN = ("steps", "sampler", "sampler.eta", "seed", "model", "label")


def test_what_a_run_is_can_be_asked(library: Library) -> None:
    """Task, state, star, title and class, beside the options and figures."""
    add(library, "a", "train", model="digits", label="3")
    add(library, "b", state=State.FAILED, steps=50, label="each")
    add(library, "c", state=State.CANCELLED, steps=5)
    library.star("c")
    library.rename("a", "Über alles")
    for words, expected in {
        "task:train": {"a"}, "task!=train": {"b", "c"}, "state:failed": {"b"}, "is:failed": {"b"},
        "state:stopped": {"c"}, "state!=done": {"b", "c"}, "starred": {"c"}, "is:starred": {"c"}, "class:3": {"a"},
        "title:über": {"a"}, 'title:"über alles"': {"a"}, '"über alles"': {"a"}, '"alles über"': set[str](),
        "alles über": {"a"}, "starred steps<10": {"c"}, "starred steps>10": set[str](),
    }.items():
        assert found(library, words) == expected, words


def test_a_seed_is_found_in_a_list_of_seeds(library: Library) -> None:
    """By itself, not as a part of another number."""
    add(library, "a", seed=7, seeds=[])
    add(library, "b", seed=1, seeds=[3, 7, 12])
    add(library, "c", seed=1, seeds=[77, 2])
    for words, expected in {"seed:7": {"a", "b"}, "seed=12": {"b"}, "seed:2": {"c"}, "seed>6": {"a"}}.items():
        assert found(library, words) == expected, words


@pytest.mark.parametrize(("words", "sentence"), [
    ("stepz>20", "No run has “stepz”; did you mean “steps”?"),
    ("wholly:else", "No run has “wholly”; try steps, seed or model."),
    ("digits steps:", "Write a value after “steps:”, as in steps>20 or sampler:ddim."),
    ("state:fialed", "“fialed” is no state; did you mean “failed”?"),
    ("steps>many", "“many” is not a number; compare as in steps>20."),
    ("steps>20 class:3 starred is:starred state:stopped task:train two words", ""),
])
def test_a_wrong_question_is_one_sentence(words: str, sentence: str) -> None:
    """With what may have been meant."""
    assert problem(words, KNOWN) == sentence


@pytest.mark.parametrize("words", ["steps>", "seed:", "title:", "steps> few"])
def test_a_comparison_without_its_value_asks_nothing_yet_and_says_so(library: Library, words: str) -> None:
    """The rest of the filter holds meanwhile."""
    add(library, "few", steps=5)
    add(library, "many", steps=50)
    assert found(library, words) == ({"few"} if "few" in words else {"few", "many"})
    assert hint(words) == f"Type a value after “{words.split()[0]}”"
    assert hint("steps>20 sampler:ddim few") == ""


def test_a_menu_types_terms() -> None:
    """A term is added, taken out again, and replaces another of its name."""
    assert toggled("", "starred") == "starred"
    assert toggled("two starred", "starred") == "two"
    assert toggled("state:failed two", "state:done") == "two state:done"
    assert toggled(f"a {quoted('model', 'my faces')}", quoted("model", "my faces")) == "a"
    assert quoted("model", "my faces") == 'model:"my faces"'


def test_a_quote_without_its_pair_is_a_sign_like_others() -> None:
    """While it is being typed."""
    assert [term.text for term in terms('5" wide')] == ['5"', "wide"]


def test_words_that_python_reads_as_numbers_are_words(library: Library) -> None:
    """A folder of breads is a class, and so are others of such names."""
    add(library, "a", label="nan", steps=5)
    add(library, "b", label="inf", steps=50)
    for words, expected in {"class:nan": {"a"}, "class=inf": {"b"}, "label!=nan": {"b"}}.items():
        assert found(library, words) == expected, words
    assert problem("steps>inf", KNOWN) == "“inf” is not a number; compare as in steps>20."
