"""Enumerations whose values have words: what a line and a form call them, where the command line's value is no word."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """The values of an option. A member is a value, followed by its word and its label where the value makes none.

    word: what it is called within a line ("β"); label: where it stands alone, as in a form ("Beta").
    """

    _value_: str
    word: str
    label: str

    def __new__(cls, value: str, word: str = "", label: str = "") -> Self:
        """A member of str's own kind, with its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.word = word or value.replace("-", " ")
        member.label = label or value.replace("-", " ").capitalize()
        return member
