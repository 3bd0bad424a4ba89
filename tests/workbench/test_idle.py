"""Options that play no part with what else is chosen: greyed in the form, with the choice that is why."""

from __future__ import annotations

import pytest

from engines.inverse.base import methods
from engines.inverse.dps import DPS, StepRule
from engines.samplers.base import samplers
from engines.tasks.restore import RestoreOptions
from widgets.options.form import OptionForm
from workbench.controllers.idle import grey_idle, idle
from workbench.forms import specs


@pytest.mark.parametrize(("rule", "counts"), [(StepRule.AUTOMATIC, False), (StepRule.PUBLISHED, True)])
def test_the_strength_of_dps_is_greyed_where_the_step_is_automatic(qapp: object, rule: StepRule, counts: bool) -> None:
    form = OptionForm()
    form.set_fields(specs(RestoreOptions))
    form.set_values({"method": {"name": "dps", "rule": rule.value, "zeta": 0.7}})
    grey_idle(form, {"method": methods()})
    row = form.row("method.zeta")
    assert row is not None
    assert row.editor.isEnabled() is counts
    tip = " ".join(row.editor.focusProxy().toolTip().split())
    assert ("It plays no part while Step is “Automatic”" in tip) is not counts
    assert row.value() == 0.7
    form.set_values({"method": {"name": "dps", "rule": "published"}})
    grey_idle(form, {"method": methods()})
    assert row.editor.isEnabled()


def test_with_their_defaults_all_options_count() -> None:
    for kind in (*methods().values(), *samplers().values()):
        assert not idle(kind, {})
    assert idle(DPS, {"rule": "automatic"}) == {"zeta"}
