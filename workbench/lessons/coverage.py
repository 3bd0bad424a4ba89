"""Coverage of modes against network calls."""

from __future__ import annotations

from workbench.lessons.base import Fact, Lesson, Panel
from workbench.lessons.measures import of, value_at

FOUND, WRONG = "Modes found", "Error of the weights"

LESSON = Lesson(
    name="coverage", title="Coverage of modes against calls", place=100,
    look=("One call of DDIM or DDPM finds one of 25 modes, the mean of all, three to five find every one; annealed "
          "Langevin, five calls a level, needs forty, and Langevin has all at once, as it begins with noise as wide "
          "as the data.",
          "Weights take longer: at five calls a sixth of DDIM’s samples is in the wrong mode, beyond twenty only "
          "chance is left."),
    panels=(Panel("Modes and calls", "study", {"study": "coverage"}),),
    facts=(Fact("found_1", "modes that DDIM finds with 1 call", of(0, lambda ran: value_at(ran, FOUND, "DDIM", 1)),
                most=1),
           Fact("found_5", "modes that DDIM finds with 5 calls", of(0, lambda ran: value_at(ran, FOUND, "DDIM", 5)),
                least=25),
           Fact("langevin_1", "modes that Langevin finds with 1 call",
                of(0, lambda ran: value_at(ran, FOUND, "Langevin", 1)), least=25),
           Fact("annealed_26", "modes that annealed Langevin finds with 26 calls",
                of(0, lambda ran: value_at(ran, FOUND, "Annealed Langevin", 26)), most=24),
           Fact("annealed_41", "modes that annealed Langevin finds with 41 calls",
                of(0, lambda ran: value_at(ran, FOUND, "Annealed Langevin", 41)), least=25),
           Fact("wrong_5", "share in the wrong mode with 5 calls",
                of(0, lambda ran: value_at(ran, WRONG, "DDIM", 5)), least=0.1),
           Fact("wrong_60", "share in the wrong mode with 60 calls",
                of(0, lambda ran: value_at(ran, WRONG, "DDIM", 60)), most=0.06)))
