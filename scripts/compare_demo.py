"""Compare the demo's campaign report with what the generator expects, to the fen.

`python -m scripts.compare_demo EXPECTED.json CAMPAIGN`: exit 0 when every expected figure stands
in the report, exit 1 with one line per difference.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# How the rows of each list are told apart.
ROW_KEYS = {"by_day": "date", "by_county": "code"}


def differences_of_row(where: str, expected: dict, found: dict) -> Iterator[str]:
    """Yield one line for each expected figure that the report states otherwise."""
    for name, value in expected.items():
        if found.get(name) != value:
            yield f"{where}.{name}: expected {value}, the report says {found.get(name)}"


def differences(expected: dict, report: dict) -> Iterator[str]:
    """Yield every difference in totals, days and counties."""
    yield from differences_of_row("totals", expected["totals"], report["totals"])
    for section, key in ROW_KEYS.items():
        wanted = {row[key]: row for row in expected[section]}
        found = {row[key]: row for row in report[section]}
        for value in sorted(set(wanted) | set(found)):
            where = f"{section}[{value}]"
            if value not in found:
                yield f"{where}: expected, missing in the report"
            elif value not in wanted:
                yield f"{where}: in the report, not expected"
            else:
                yield from differences_of_row(where, wanted[value], found[value])


def figures(expected: dict) -> int:
    """Return how many figures are compared."""
    rows = [expected["totals"], *expected["by_day"], *expected["by_county"]]
    return sum(len(row) for row in rows)


def main(path: str, campaign: str) -> int:
    """Run the report and print the comparison."""
    expected = json.loads(Path(path).read_text(encoding="utf-8"))["campaign_report"]
    done = subprocess.run(
        [sys.executable, "manage.py", "campaign_report", campaign, "--format", "json"],
        stdout=subprocess.PIPE,
        check=True,
    )
    found = list(differences(expected, json.loads(done.stdout)))
    for line in found:
        print(line)
    if found:
        print(f"DIFFERENT: {len(found)} figures differ from {path}")
        return 1
    net = expected["totals"]["net_fen"]
    print(
        f"EQUAL: all {figures(expected)} figures equal the generator's, to the fen "
        f"(net {net / 100:,.2f} yuan)."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
