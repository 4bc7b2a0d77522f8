"""No list of rows without a declared scope, and no row beyond it."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from rest_framework import generics, serializers
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.admin.scoping import ReadOnlyAdmin, Scope, ScopedModelAdmin, ScopedRows
from accounts.api.scoping import ScopedQuerysetMixin
from accounts.models import AuditEvent, User
from accounts.services.auditing import record_audit_event
from accounts.services.roles import NewRole, grant_role

FAR = date(2099, 1, 1)


class EventAdmin(ReadOnlyAdmin):
    """A model with both kinds of place: `scope` holds a sales point, `object_key` a county."""

    scope = Scope.by(sales_point="scope", county="object_key")


class EventSerializer(serializers.ModelSerializer):
    class Meta:
        model = AuditEvent
        fields = ("scope", "object_key")


class EventList(ScopedQuerysetMixin, generics.ListAPIView):
    scope = Scope.by(sales_point="scope", county="object_key")
    queryset = AuditEvent.objects.exclude(action="role.granted").order_by("id")
    serializer_class = EventSerializer
    permission_classes = ()


@pytest.fixture
def events(settings) -> None:
    settings.DISTRICT_SALES_POINTS = "tests.accounts.test_scopes.sales_points_of"
    for sales_point in ("shop", "centre"):
        for county in ("522634", "522636"):
            AuditEvent.objects.create(
                action="test", object_kind="test", scope=sales_point, object_key=county
            )


def sales_points_of(code: str, day: date) -> list[str]:
    return {"330105": ["centre"]}.get(code, [])


def user_with(*roles: NewRole) -> User:
    user = User.objects.create_user(f"user{User.objects.count()}", is_staff=True)
    for role in roles:
        grant_role(user=user, asked=role, granted_by=None)
    return user


def auditor(kind: str, code: str = "") -> NewRole:
    return NewRole("auditor", "read", kind, code, valid_to=FAR)


def seen(user: User, admin_class: type = EventAdmin) -> set[tuple[str, str]]:
    request = RequestFactory().get("/")
    request.user = user
    rows = admin_class(AuditEvent, AdminSite()).get_queryset(request)
    rows = rows.exclude(action="role.granted")
    return set(rows.values_list("scope", "object_key"))


@pytest.mark.parametrize("model_admin", admin.site._registry.values(), ids=str)
def test_every_registered_admin_and_its_inlines_declare_a_scope(model_admin):
    assert isinstance(model_admin, ScopedModelAdmin)
    assert isinstance(model_admin.scope, Scope)
    for inline in model_admin.inlines:
        assert issubclass(inline, ScopedRows)
        assert isinstance(inline.scope, Scope)


def test_an_admin_without_a_scope_cannot_be_defined():
    with pytest.raises(ImproperlyConfigured, match="Forgotten must declare `scope`"):
        type("Forgotten", (ScopedModelAdmin,), {"__module__": __name__})


def test_an_api_view_without_a_scope_cannot_be_defined():
    with pytest.raises(ImproperlyConfigured, match="must declare `scope`"):
        type("Forgotten", (ScopedQuerysetMixin, generics.ListAPIView), {"__module__": __name__})


@pytest.mark.django_db
@pytest.mark.usefixtures("events")
@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([], 0),
        ([auditor("everything")], 4),
        ([auditor("county", "522634")], {("shop", "522634"), ("centre", "522634")}),
        ([auditor("district", "330105")], {("centre", "522634"), ("centre", "522636")}),
        ([auditor("district", "330106")], 0),
        ([auditor("sales_point", "shop"), auditor("county", "522634")], 3),
        ([NewRole("county", "prepare", "county", "522634")], 0),
    ],
    ids=["nobody", "all", "county", "district", "empty district", "both axes", "other area"],
)
def test_admin_and_api_show_the_rows_in_reach_and_no_others(roles, expected):
    user = user_with(*roles)
    found = seen(user)
    assert (found if isinstance(expected, set) else len(found)) == expected
    request = APIRequestFactory().get("/")
    force_authenticate(request, user)
    answer = EventList.as_view()(request)
    assert {(row["scope"], row["object_key"]) for row in answer.data} == found


@pytest.mark.django_db
@pytest.mark.usefixtures("events")
def test_central_rows_are_for_those_who_reach_everything():
    class CentralAdmin(ReadOnlyAdmin):
        scope = Scope.central()

    class OwnAdmin(ReadOnlyAdmin):
        scope = Scope.owner("actor")

    county = user_with(auditor("county", "522634"))
    record_audit_event(actor=county, action="own", object_kind="x", object_key="1")
    assert seen(county, CentralAdmin) == set()
    assert len(seen(user_with(auditor("everything")), CentralAdmin)) == 5
    assert [key for _scope, key in seen(county, OwnAdmin)] == ["1"]


@pytest.mark.django_db
@pytest.mark.usefixtures("events")
def test_a_district_reaches_rows_that_name_the_district_itself():
    class NamedAdmin(ReadOnlyAdmin):
        scope = Scope.by(sales_point="scope", district="object_key")

    for district in ("330105", "330106"):
        AuditEvent.objects.create(action="test", object_kind="test", object_key=district)
    found = seen(user_with(auditor("district", "330106")), NamedAdmin)
    assert found == {("", "330106")}
    found = seen(user_with(auditor("district", "330105")), NamedAdmin)
    assert found == {("", "330105"), ("centre", "522634"), ("centre", "522636")}
    assert seen(user_with(auditor("county", "522634")), NamedAdmin) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "add/", "1/change/", "1/history/", "1/delete/"])
def test_staff_without_a_role_see_no_admin_page(client, page):
    client.force_login(user_with())
    for model, model_admin in admin.site._registry.items():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{page}"
        answer = client.get(path)
        shown = answer.status_code == 200
        assert not shown, f"{model_admin} shows {path}"


@pytest.mark.django_db
def test_every_list_and_add_page_opens_for_a_superuser(client):
    client.force_login(User.objects.create_superuser("root"))
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(path, {"q": "雷山"}).status_code == 200, path
        assert client.get(f"{path}add/").status_code in {200, 403}, path
