from django.contrib.admin.apps import AdminConfig


class ShanhaiAdminConfig(AdminConfig):
    default_site = "config.admin_site.ShanhaiAdminSite"
