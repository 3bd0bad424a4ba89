"""How samples are asked for by class: the words that are no names, and the names that could never be asked for."""

from __future__ import annotations

FREE, EACH = "free", "each"
WRITTEN = "each in turn"  # as a menu writes it out
IN_TURN = frozenset({EACH, WRITTEN})


def classes(label: str) -> str:
    """Names of classes within a sentence: “class 3”, “classes 3, 7”."""
    names = [name.strip() for name in label.split(",")]
    return f"class{'es' if len(names) > 1 else ''} {', '.join(names)}"


def unaskable(name: str) -> str:
    """Why no sample of a class with this name could be asked for, as the end of a sentence; "" where it can."""
    if name == FREE:
        return "means a sample of no class"
    if name in IN_TURN:
        return "means every class in turn"
    if "," in name:
        return "has a comma, which separates the names of classes"
    # what a user types is trimmed
    return "begins or ends with a space" if name != name.strip() else ""
