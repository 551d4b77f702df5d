"""Draws what was measured last, for docs/performance.md: `make bench-plots`.

Runs in the peers' environment, which has matplotlib; CECS itself draws nothing with it.
"""

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "instance" / "bench" / "measured.json"
IMAGES = ROOT / "docs" / "images"
OURS, THEIRS = "#005ea2", "#a9aeb1"


def main() -> None:
    """Two drawings: answers a second beside peers, and times by size of the registry."""
    measured: dict[str, Any] = json.loads(MEASURED.read_text())
    matplotlib.rcParams["svg.hashsalt"] = "CECS"
    _shares(measured["peers"])
    _growth({int(size): times for size, times in measured["questions"].items()})


def _shares(rates: dict[str, float]) -> None:
    hello = rates["Flask hello, no access log"]
    kinds = list(reversed(rates))
    figure, axes = pyplot.subplots(figsize=(8, 5.5))
    shares = [rates[kind] / hello for kind in kinds]
    colors = [OURS if kind.startswith("CECS") else THEIRS for kind in kinds]
    bars = axes.barh(kinds, shares, color=colors)
    axes.bar_label(bars, [f"{share:.3g}" for share in shares], padding=3)
    axes.set_xlabel("answers a second, of Flask's hello without an access log, on the same server")
    axes.spines[["top", "right"]].set_visible(False)
    _save(figure, "performance-peers.svg")


def _growth(questions: dict[int, dict[str, list[float]]]) -> None:
    sizes = sorted(questions)
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for kind in questions[sizes[-1]]:
        known = [size for size in sizes if kind in questions[size]]
        axes.plot(known, [questions[size][kind][0] for size in known], marker="o", label=kind)
    axes.set(xscale="log", yscale="log", xlabel="educators", ylabel="milliseconds, the middle one")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
    axes.set_xticks([], minor=True)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    _save(figure, "performance-growth.svg")


def _save(figure: Any, name: str) -> None:
    figure.savefig(IMAGES / name, bbox_inches="tight", metadata={"Date": None})


if __name__ == "__main__":
    main()
