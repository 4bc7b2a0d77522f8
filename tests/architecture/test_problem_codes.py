"""docs/problems.md has every code that the storefront and the counter refuse with."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "problems.md"
# Where the two interfaces say no.
SOURCES = (
    *("accounts/errors.py", "accounts/api/bodies.py", "accounts/api/strict_json.py"),
    *("accounts/services/login_codes.py", "accounts/services/shoppers.py"),
    *("orders/errors/storefront.py", "orders/errors/counter.py", "orders/errors/refunds.py"),
    *("orders/errors/vouchers.py", "orders/api/counter.py", "orders/services/counter.py"),
    "orders/rules/storefront/vouchers.py",
)
FOLDERS = ("orders/services/storefront", "orders/services/payments", "orders/api/storefront")
# Codes of the back office and of signed requests, told elsewhere.
ELSEWHERE = {"grant_refused", "role_not_valid", "key_not_valid", "signature_missing"}
# DRF's own, and those of other files' errors that reach these routes.
FROM_ELSEWHERE = {
    *("invalid_input", "not_found", "not_authenticated", "throttled", "parse_error"),
    *("authentication_failed", "permission_denied", "unsupported_media_type"),
    *("method_not_allowed", "bad_amount", "bad_quantity", "out_of_stock", "stock_not_moved"),
    *("no_stock_place", "idempotency_key_reused"),
}
_STATED = re.compile(r'\b(?:code|default_code)\s*=\s*"([a-z_]+)"')
_NAMED = re.compile(r'^    [A-Z_]+ = "([a-z_]+)"$', re.MULTILINE)


def stated_codes() -> set[str]:
    files = [ROOT / name for name in SOURCES]
    files += [file for folder in FOLDERS for file in sorted((ROOT / folder).glob("*.py"))]
    found = set[str]()
    for file in files:
        text = file.read_text(encoding="utf-8")
        found.update(_STATED.findall(text))
        if file.name == "vouchers.py" and file.parent.name == "storefront" and "Unusable" in text:
            found.update(_NAMED.findall(text))
    return found - ELSEWHERE


def test_the_page_has_every_code_and_no_other() -> None:
    listed = re.findall(r"^\| \d{3} \| `([a-z_]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) - FROM_ELSEWHERE == stated_codes()
    assert set(listed) >= FROM_ELSEWHERE
