"""How thorough to be."""

import pytest

OPTION = "--every-crash-point"
LONG = "any_single_effect"  # in the name of what only `make crash` does


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        OPTION, action="store_true", help="Tell each story anew for each point to die at (minutes)."
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the option the long form is left out."""
    if config.getoption(OPTION, default=False):
        return
    long = [item for item in items if LONG in item.name]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if LONG not in item.name]
