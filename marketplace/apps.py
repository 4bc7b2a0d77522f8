from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = _("帮扶与活动")
    default_auto_field = "django.db.models.BigAutoField"
