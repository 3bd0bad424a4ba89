"""`main.py check` on the command line: the table, the prints, single claims, and what is claimed without measuring."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import partial

import pytest

from engines.checks import registry
from engines.checks.claim import Claim, Statement, Variant, stated
from engines.checks.written import claim_of
from tests.workbench.test_cli import run


def said(*claims: Claim) -> list[Statement]:
    """Statements that come to these claims."""
    return [Statement(claim, partial(lambda known: known, claim)) for claim in claims]


def test_check_shows_a_table_and_fails_when_a_claim_does(capsys: pytest.CaptureFixture[str],
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """The table and the sum on standard output, the claims on standard error as they are measured."""
    claims = [Claim("two is two", "sum", 2, 2, 0), Claim("two is three", "sum", 2, 3, 0.5)]
    monkeypatch.setattr(registry, "groups", lambda only="": [registry.Group("sums", "Sums", lambda: said(*claims))])
    code, out, err = run(capsys, "check")
    assert code == 1
    assert "two is two" in err
    assert [line for line in out.splitlines() if "two is three" in line and "NO" in line]
    assert out.splitlines()[-1] == "1 of 2 claims hold."
    code, out, _ = run(capsys, "check", "--only", "two is two", "--json")
    assert code == 0
    assert json.loads(out)["ok"]


def test_check_shows_every_print_of_a_formula_with_its_figure(capsys: pytest.CaptureFixture[str],
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that comes out otherwise than is claimed of it."""
    prints = (Variant("root", "a", 1.0, True), Variant("no root", "b", 3.0, False), Variant("half", "c", 4.0, True),
              Variant("twice", "d", 1.1, False))
    claims = [Claim("a density", "formula", 1.0, 1, 0.5, variants=prints)]
    monkeypatch.setattr(registry, "groups", lambda only="": [registry.Group("sums", "Sums", lambda: said(*claims))])
    code, out, _ = run(capsys, "check")
    assert code == 1
    rows = [line.removeprefix("a density").split(maxsplit=4) for line in out.splitlines()
            if line.startswith("a density ")]
    assert [(row[-1].strip().partition("0.5")[2].strip() or row[-1].strip()) for row in rows] == [
        "holds", "fails, as it should", "FAILS", "HOLDS, and should not"]


def test_check_tells_of_each_group_and_claim_before_the_document(capsys: pytest.CaptureFixture[str],
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """With --each every claim has a line of its own as soon as it is measured, one that is not finite too."""
    claims = [Claim("two is two", "sum", 2, 2, 0, sentence="It is."), Claim("no number", "sum", float("nan"), 1, 0)]
    monkeypatch.setattr(registry, "groups", lambda only="": [registry.Group("sums", "Sums", lambda: said(*claims))])
    code, out, _ = run(capsys, "check", "--json", "--each")
    group, first, second, document = map(json.loads, out.splitlines())
    assert (code, group) == (1, {"group": "sums", "about": "Sums", "index": 0, "of": 1})
    assert (first["group"], claim_of(first["claim"])) == ("sums", claims[0])
    assert second["claim"]["measured"] is None
    assert [claim["name"] for claim in document["claims"]] == ["two is two", "no number"]
    assert "two is two. It is." in run(capsys, "check")[1].splitlines()


def test_check_says_what_cannot_be_measured_here(capsys: pytest.CaptureFixture[str],
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """It is neither among the claims that hold nor among those that do not."""
    held = [Claim("two is two", "sum", 2, 2, 0)]
    monkeypatch.setattr(registry, "groups", lambda only="": [
        registry.Group("away", "Away", lambda: said(*held), absent="Away is not installed."),
        registry.Group("sums", "Sums", lambda: said(*held))])
    code, out, _ = run(capsys, "check", "--json", "--each")
    away, _sums, _claim, document = map(json.loads, out.splitlines())
    assert code == 0
    assert away["absent"] == "Away is not installed."
    assert (len(document["claims"]), document["absent"]) == (1, ["Away is not installed."])
    assert run(capsys, "check")[1].splitlines()[-2:] == ["Away is not installed.", "1 of 1 claims hold."]


def test_check_measures_single_claims_and_no_further(capsys: pytest.CaptureFixture[str],
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """By group and whole name; all others are left alone, and an unknown group is refused."""
    begun = list[str]()

    def count(name: str) -> float:
        begun.append(name)
        return 1.0

    def claims() -> Iterator[Statement]:
        for name in ("one", "one and two", "three"):
            yield stated(name, "sum", partial(count, name), 1, 0)

    monkeypatch.setattr(registry, "groups", lambda only="": [registry.Group("sums", "Sums", claims)])
    code, out, _ = run(capsys, "check", "--json", "--claim", "sums/one and two")
    assert code == 0
    assert [claim["name"] for claim in json.loads(out)["claims"]] == ["one and two"]
    assert begun == ["one and two"]
    code, _, err = run(capsys, "check", "--claim", "nosuch/one")
    assert code == 2
    assert "“nosuch”; name a claim as GROUP/NAME." in err


def test_check_lists_what_is_claimed_without_measuring_it(capsys: pytest.CaptureFixture[str],
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """With --each line by line, too; formulas have their prints, and all figures are left out."""
    def never() -> Claim:
        raise AssertionError("measured")

    prints = (Variant("root", "a", math.nan, True), Variant("no root", "b", math.nan, False))
    blanks = [Claim("two is two", "sum", math.nan, 2, 0), Claim("a root", "formula", math.nan, 1, 0.1, variants=prints)]
    monkeypatch.setattr(registry, "groups", lambda only="": [
        registry.Group("sums", "Sums", lambda: [Statement(blank, never) for blank in blanks])])
    code, out, _ = run(capsys, "check", "--list", "--json", "--each")
    first, second, document = map(json.loads, out.splitlines())
    assert (code, first["group"], first["stated"]["name"]) == (0, "sums", "two is two")
    assert first["stated"]["measured"] is None
    assert [each["title"] for each in second["stated"]["variants"]] == ["root", "no root"]
    assert [f"{each['group']}/{each['name']}" for each in document["claims"]] == ["sums/two is two", "sums/a root"]
    words = run(capsys, "check", "--list", "--only", "root")[1].splitlines()
    assert words[-1] == "1 claim listed, none measured."
    code, _, err = run(capsys, "check", "--list", "--only", "nosuch")
    assert (code, "leave it out to list them all" in err) == (2, True)
