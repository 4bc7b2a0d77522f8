"""Append-only tables refuse every change, and a missing trigger is noticed."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.services.auditing import record_audit_event
from operations.services.append_only import (
    drop_trigger,
    install_triggers,
    lifted_triggers,
    missing_triggers,
)

TABLE = AuditEvent._meta.db_table


def record() -> AuditEvent:
    return record_audit_event(actor=None, action="test", object_kind="test", object_key=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda event: AuditEvent.objects.filter(pk=event.pk).update(reason="other"),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda event: event.save(),
    ],
    ids=["update", "delete", "save again"],
)
def test_a_written_row_can_neither_be_changed_nor_deleted(change):
    event = record()
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        change(event)
    assert AuditEvent.objects.get().reason == ""


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_table_cannot_be_truncated():
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {TABLE} CASCADE")


@pytest.mark.django_db
def test_every_declared_table_is_guarded_and_installing_again_changes_nothing():
    install_triggers()
    assert missing_triggers() == []


@pytest.mark.django_db
def test_the_check_fails_when_a_trigger_was_dropped_and_migrate_heals_it():
    suffix = "append_only" if connection.vendor == "postgresql" else "append_only_delete"
    drop_trigger(TABLE, suffix)
    assert missing_triggers() == [f"{TABLE}.{suffix}"]
    with pytest.raises(SystemCheckError, match=r"operations\.E001"):
        call_command("check", databases=["default"])
    install_triggers()
    call_command("check", databases=["default"])


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_disabled_trigger_counts_as_missing_and_is_enabled_again():
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    assert len(missing_triggers()) == 2
    install_triggers()
    assert missing_triggers() == []


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_table_and_the_guard_stands_again():
    record()
    with lifted_triggers():
        call_command("flush", interactive=False, verbosity=0)
    assert not AuditEvent.objects.exists()
    assert missing_triggers() == []


@pytest.mark.django_db
def test_lifted_triggers_return_even_after_an_error():
    record()

    def plant_and_stop() -> None:
        with lifted_triggers():
            AuditEvent.objects.update(reason="planted")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        plant_and_stop()
    assert missing_triggers() == []
    assert AuditEvent.objects.get().reason == "planted"


@pytest.mark.django_db
def test_a_trigger_that_no_longer_refuses_counts_as_missing_and_is_written_again():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION refuse_change_of_append_only() RETURNS trigger "
                "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
            )
        else:
            cursor.execute(f"DROP TRIGGER {TABLE}_append_only_update")
            cursor.execute(
                f"CREATE TRIGGER {TABLE}_append_only_update BEFORE UPDATE ON {TABLE} "
                "WHEN 0 BEGIN SELECT RAISE(ABORT, 'never'); END"
            )
    assert any(name.startswith(f"{TABLE}.") for name in missing_triggers())
    install_triggers()
    assert missing_triggers() == []
    record()
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        AuditEvent.objects.update(reason="other")
