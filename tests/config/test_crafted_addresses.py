"""An address typed by hand, with values that no column can hold, ends in no failure."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.admin.constraints import meaning_of
from accounts.admin.scoping import ReadOnlyAdmin
from accounts.models import User
from operations.admin.reviewing import ReviewedAdmin
from operations.models import Reviewed
from orders.models import DeclaredSale
from tests.back_office import list_page

pytestmark = pytest.mark.django_db

WRONG = ("x", "9" * 30, "1\x002")
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def filter_paths(model: type[models.Model]) -> list[str]:
    paths = []
    for entry in admin.site._registry[model].list_filter:
        path = entry if isinstance(entry, str) else entry[0]
        field = model._meta.get_field(path) if "__" not in path else None
        dated = isinstance(field, models.DateField)
        paths += [path, f"{path}__exact"] + [f"{path}__year", f"{path}__gte"] * dated
    return paths


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_with_wrong_filters_says_so(root: Client, model: type[models.Model]) -> None:
    hierarchy = admin.site._registry[model].date_hierarchy
    paths = filter_paths(model) + [f"{hierarchy}__year"] * bool(hierarchy)
    for path in ("q", "p", "o", *paths):
        for value in WRONG:
            answer = root.get(list_page(model), {path: value})
            assert answer.status_code in {200, 302, 400}, (path, value)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_form_that_an_address_fills_in_wrongly_is_still_shown(
    root: Client, model: type[models.Model]
) -> None:
    add = list_page(model) + "add/"
    if root.get(add).status_code == 403:
        return
    names = [field.name for field in model._meta.get_fields()] + ["line", "figure"]
    for value in WRONG:
        filled = dict.fromkeys(names, value)
        assert root.get(add, filled).status_code == 200, value
        # A single letter may even be a good name.
        assert root.post(add, filled).status_code in {200, 302}, value


def test_a_huge_filter_is_answered_like_any_wrong_one(root: Client) -> None:
    for query in ({"period_end__year": "9" * 12}, {"sales_point": "x"}, {"id": "9" * 5000}):
        answer = root.get(list_page(DeclaredSale), query)
        assert answer.url.endswith("?e=1"), query


def test_a_search_for_a_related_row_takes_any_text(root: Client) -> None:
    for field in ("sales_point", "unit", "replaces"):
        for value in WRONG:
            query = {"app_label": "orders", "model_name": "declaredsale", "field_name": field}
            answer = root.get(reverse("admin:autocomplete"), query | {"term": value})
            assert answer.status_code == 200, (field, value)


def test_every_rule_of_a_row_kept_by_hand_has_its_sentence() -> None:
    silent = []
    for model, page in admin.site._registry.items():
        if isinstance(page, ReadOnlyAdmin) or model._meta.app_label == "accounts":
            continue
        own = {constraint.name for constraint in model._meta.constraints}
        if isinstance(page, ReviewedAdmin):
            # Services alone fill these; what they refuse has a sentence of its own.
            reviewed = {rule.name for rule in Reviewed._meta.constraints}
            own -= {name % {"class": model._meta.model_name} for name in reviewed}
            own = {name for name in own if name in unique_names(model)}
        silent += [name for name in own if not meaning_of(name)]
    assert silent == []


def unique_names(model: type[models.Model]) -> set[str]:
    rules = model._meta.constraints
    return {rule.name for rule in rules if isinstance(rule, models.UniqueConstraint)}
