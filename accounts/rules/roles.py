"""Which role may look at and change what, how wide it may be, who may give it.

Source: docs/decisions/0006-counting.md. An area is an app
label; an action is `view` or `change`.
"""

from __future__ import annotations

EVERYTHING = "everything"
COUNTY = "county"
DISTRICT = "district"
SALES_POINT = "sales_point"
PLATFORM = "platform"

PREPARE = "prepare"
APPROVE = "approve"
READ = "read"

Area = str
Action = str


def _view(*areas: Area) -> frozenset[tuple[Area, Action]]:
    return frozenset((area, "view") for area in areas)


def _change(*areas: Area) -> frozenset[tuple[Area, Action]]:
    return frozenset((area, action) for area in areas for action in ("view", "change"))


_GOODS_SALES_REASONS = ("products", "orders", "marketplace")

ROLE_ACTIONS: dict[str, frozenset[tuple[Area, Action]]] = {
    "prefecture": _change(*_GOODS_SALES_REASONS, "accounts") | _view("operations"),
    "county": _change("products") | _view("orders", "marketplace"),
    "city": _change("orders", "marketplace") | _view("products", "operations"),
    "district": _change("orders", "marketplace") | _view("products"),
    "work_team": _view(*_GOODS_SALES_REASONS),
    "finance": _view(*_GOODS_SALES_REASONS),
    "auditor": _view(*_GOODS_SALES_REASONS, "operations", "accounts"),
    "centre_manager": _change("orders") | _view("products", "marketplace"),
    "centre_clerk": _change("orders") | _view("products"),
    "store_operator": _change("orders") | _view("products", "marketplace", "operations"),
    "supplier": _view("products"),
    "analyst": _change("marketplace") | _view("products", "operations"),
    "channel_integration": _change("orders"),
}

# How wide each role may be given.
ROLE_SCOPE_KINDS: dict[str, frozenset[str]] = {
    "prefecture": frozenset({EVERYTHING}),
    "county": frozenset({COUNTY}),
    "city": frozenset({EVERYTHING}),
    "district": frozenset({DISTRICT}),
    "work_team": frozenset({EVERYTHING}),
    "finance": frozenset({EVERYTHING}),
    "auditor": frozenset({EVERYTHING, COUNTY, DISTRICT, SALES_POINT}),
    "centre_manager": frozenset({SALES_POINT}),
    "centre_clerk": frozenset({SALES_POINT}),
    "store_operator": frozenset({SALES_POINT}),
    "supplier": frozenset({COUNTY}),
    "analyst": frozenset({EVERYTHING}),
    "channel_integration": frozenset({SALES_POINT, PLATFORM}),
}

# Who may give which roles; the scope must in addition lie within the granter's own.
ROLE_GRANTS: dict[str, frozenset[str]] = {
    "prefecture": frozenset(ROLE_ACTIONS),
    "county": frozenset({"county", "supplier"}),
    "district": frozenset({"district", "centre_manager", "centre_clerk"}),
    "centre_manager": frozenset({"centre_clerk"}),
}

# Roles that look and never change or approve: they are given with the duty `read` only.
READING_ROLES = frozenset(
    role
    for role, actions in ROLE_ACTIONS.items()
    if role != "finance" and not any(action == "change" for _, action in actions)
)

# Roles that are shown how analysts split sales; officials see the two official ways of counting.
ANALYSIS_ROLES = frozenset({"analyst", "prefecture", "auditor"})

# An auditor's access ends by itself.
TIME_LIMITED_ROLES = frozenset({"auditor"})


def may(role: str, area: Area, action: Action, duty: str) -> bool:
    """Say whether a role with a duty may do an action in an area; `read` never changes."""
    if action == "change" and duty == READ:
        return False
    return (area, action) in ROLE_ACTIONS.get(role, frozenset())
