"""The HTTP interface. Filled by the views of this app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
