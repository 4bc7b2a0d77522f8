from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("后台任务")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from operations import checks  # noqa: F401 - registers the database check

        # The one signal of the house: no migration can carry the triggers (docs/decisions/0009).
        post_migrate.connect(install_append_only_triggers, sender=self)


def install_append_only_triggers(using: str, **_: Any) -> None:
    """Install missing append-only triggers; runs once after every migrate and flush."""
    from operations.services.append_only import install_triggers

    install_triggers(using)
