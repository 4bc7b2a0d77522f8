"""The custom user, there from the first migration (docs/decisions/0001-the-house.md)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person or integration that signs in. What it may do is written in its roles."""

    display_name = models.CharField(_("显示名"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.display_name or self.username
