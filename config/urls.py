"""All addresses of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config import pages
from marketplace.pages import links

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("marketplace.api.urls")),
    path("api/v1/", include("orders.api.urls")),
    path("api/v1/", include("products.api.urls")),
    path("reports/", include("marketplace.urls")),
    path("t/<str:code>/", links.open_link, name="open-link"),
    path("i18n/", include("django.conf.urls.i18n")),
]
