"""Parts of a page that a program writes, between marks that a reader does not see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marked:
    """A part of a page in Markdown. name: what it is, as “lessons”; writer: the module that writes it."""

    name: str
    writer: str

    @property
    def begin(self) -> str:
        """The line before it."""
        return f"<!-- {self.name}, written by python -m {self.writer} -->\n"

    @property
    def end(self) -> str:
        """The line after it."""
        return f"<!-- end of {self.name} -->\n"

    def renewed(self, page: str, text: str) -> str:
        """The page with this text as the part; raises ValueError where it has no place for it."""
        before, _, rest = page.partition(self.begin)
        _, end, after = rest.partition(self.end)
        if not end:
            raise ValueError(f"The page has no place for the {self.name}; write {self.begin.strip()} and "
                             f"{self.end.strip()} into it.")
        return f"{before}{self.begin}\n{text}\n{end}{after}"


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
