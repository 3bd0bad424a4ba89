"""Coverage of modes against network calls."""

from __future__ import annotations

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of, value_at

FOUND, WRONG = "Modes found", "Error of the weights"

LESSON = Lesson(
    name="coverage", title="Coverage of modes against calls", place=100,
    look=("One call of DDIM or DDPM finds one of the 25 modes, the mean of all; three to five find every one.",
          "The weights take longer: at five calls a sixth of DDIM’s samples is in the wrong mode, and only beyond "
          "twenty is the error that of chance."),
    panels=(Panel("Modes and calls", "study", {"study": "coverage"}),),
    facts=(Fact("found_1", "modes that DDIM finds with 1 call", of(0, lambda ran: value_at(ran, FOUND, "DDIM", 1)),
                most=1),
           Fact("found_5", "modes that DDIM finds with 5 calls", of(0, lambda ran: value_at(ran, FOUND, "DDIM", 5)),
                least=25),
           Fact("wrong_5", "share in the wrong mode with 5 calls",
                of(0, lambda ran: value_at(ran, WRONG, "DDIM", 5)), least=0.1),
           Fact("wrong_60", "share in the wrong mode with 60 calls",
                of(0, lambda ran: value_at(ran, WRONG, "DDIM", 60)), most=0.06)))
