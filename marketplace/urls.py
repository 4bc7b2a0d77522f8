"""Report pages for people."""

from django.urls import path

from marketplace.pages import bridges, campaigns

app_name = "reports"
urlpatterns = [
    path("", campaigns.campaign_list, name="campaigns"),
    path("campaigns/<slug:code>/", campaigns.campaign_page, name="campaign"),
    path("campaigns/<slug:code>/bridge/", bridges.bridge_page, name="campaign-bridge"),
    path("campaigns/<slug:code>/lines/", campaigns.campaign_lines_page, name="campaign-lines"),
]
