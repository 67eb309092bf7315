"""How a bench keeps a figure: the same file for the same figures, with its letters as text."""

from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

LASTING = {"svg.fonttype": "none", "svg.hashsalt": "bench"}


def save(figure: Figure, path: Path) -> None:
    """As SVG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with rc_context(LASTING):
        figure.savefig(path, format="svg", metadata={"Date": None})
