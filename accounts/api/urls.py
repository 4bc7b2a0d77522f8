"""Signing in and the shopper's own things, under /api/v1/."""

from django.urls import path

from accounts.api.me import AddressDetail, Addresses, Me
from accounts.api.sign_in import LoginCodes, TokenRefresh, Tokens

urlpatterns = [
    path("auth/codes/", LoginCodes.as_view(), name="api-auth-codes"),
    path("auth/tokens/", Tokens.as_view(), name="api-auth-tokens"),
    path("auth/tokens/refresh/", TokenRefresh.as_view(), name="api-auth-refresh"),
    path("me/", Me.as_view(), name="api-me"),
    path("me/addresses/", Addresses.as_view(), name="api-addresses"),
    path("me/addresses/<uuid:public_id>/", AddressDetail.as_view(), name="api-address"),
]
