"""Files of touches for tests, and the command that takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from marketplace.models import Touchpoint

HEADER = "event_id,buyer,campaign,kind,occurred_at"
CLICK = "e1,buyer-1,mayday,click,2020-05-01 09:00:00"


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "touches.csv"
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path


def imported(path: Path, *more: str, point: str = "xunqianji") -> dict[str, Any]:
    """Run the command with `--json` and return what it answers, a refusal included."""
    out = StringIO()
    named = ["--sales-point", point] if point else []
    with suppress(SystemExit):
        call_command("import_touchpoints", str(path), *named, "--json", *more, stdout=out)
    return json.loads(out.getvalue())


def counts(answer: dict[str, Any]) -> Sequence[int]:
    """Return rows, accepted, duplicate, rejected."""
    return [answer[name] for name in ("rows", "accepted", "duplicate", "rejected")]


def why(answer: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Return row, column and code of each rejected row."""
    return [(each["row"], each["column"], each["code"]) for each in answer["errors"]]


def stored() -> list[tuple]:
    """Return every touch without what tells when it came in."""
    rows = Touchpoint.objects.values_list(
        *("source", "source_id", "buyer_key", "campaign_code", "kind", "occurred_at"),
        *("sales_point_code", "link_code"),
    )
    return sorted(rows)
