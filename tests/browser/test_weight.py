"""What pages and actions cost on the wire stays within its budget; times are for bench/ alone."""

import pytest
from playwright.sync_api import Browser

from bench.demo import demo_server
from bench.weight import BUDGETS, ROWS, Figures, heaviest, weigh
from bench.weight_actions import weigh_actions
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action
from portal.sop.workflow import TRANSITIONS


@pytest.fixture(scope="module")
def figures(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Figures:
    folder = tmp_path_factory.mktemp("weight")
    with demo_server(folder, inbox=ROWS, htmx="cdn") as address:
        figures = weigh(chromium, address)
        actions = weigh_actions(folder)
    done = {Action(action) for _, action, _ in actions}
    assert done == {row.action for row in TRANSITIONS if row.roles != (Role.SYSTEM,)}
    return figures | heaviest(actions)


@pytest.mark.parametrize(("what", "figure"), [key for key in BUDGETS if key[1] != "seconds"])
def test_it_costs_no_more_than_its_budget(figures: Figures, what: str, figure: str) -> None:
    assert 0 < figures[what, figure] <= BUDGETS[what, figure]
