"""A model of another package on a file of paths; runs in that package's own environment.

`python bench/peer_models.py PACKAGE MODEL FILE` prints {"seconds", "peak_mb", "credits"}, credits
by model and name. Time starts when the package is loaded and covers reading the file. Nothing of
the project is imported here.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

Answer = tuple[float, dict[str, dict[str, float]]]


def channel_attribution(_model: str, file: str) -> Answer:
    """Return the conversions of first, last and linear, which the package computes together."""
    import ChannelAttribution
    import pandas as pd

    started = time.perf_counter()
    found = ChannelAttribution.heuristic_models(
        pd.read_csv(file), "path", "conversions", "value", flg_pro=False
    )
    seconds = time.perf_counter() - started
    names = found["channel_name"].tolist()
    return seconds, {
        model: dict(zip(names, found[f"{column}_conversions"].tolist(), strict=True))
        for model, column in (("first", "first_touch"), ("last", "last_touch"),
                              ("linear", "linear_touch"))
    }  # fmt: skip


def marketing_attribution_models(model: str, file: str) -> Answer:
    """Return the conversions of one model."""
    import polars as pl
    from mam import MAM

    started = time.perf_counter()
    paths = pl.read_csv(file).with_columns(converted=pl.lit(value=True))
    models = MAM(paths, "grouped_journey", "path", "converted", occurrences_colname="conversions")
    run = {
        "first": models.run_first_click,
        "last": models.run_last_click,
        "linear": models.run_linear,
        "position": models.run_position_based,
    }[model]
    found = run().to_polars()
    seconds = time.perf_counter() - started
    return seconds, {model: {str(name): float(credit) for name, credit in found.iter_rows()}}


def main(package: str, model: str, file: str) -> None:
    """Run one model and print what it took."""
    run = {
        "ChannelAttribution": channel_attribution,
        "marketing-attribution-models": marketing_attribution_models,
    }[package]
    seconds, credited = run(model, file)
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    print(json.dumps({"seconds": seconds, "peak_mb": round(peak / 1024), "credits": credited}))


if __name__ == "__main__":
    main(*sys.argv[1:])
