"""Shoppers over HTTP: who holds an access token, and what is asked of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.api.bodies import StrictView
from accounts.errors import TokenNotValid
from accounts.models import Shopper, ShopperToken
from accounts.services.shoppers import shopper_of

SCHEME = "Bearer"
_MOST_SIGNS = 200


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access>`: `request.user` is a Shopper, `request.auth` its token."""

    def authenticate(self, request: Request) -> tuple[Shopper, ShopperToken] | None:
        """Return shopper and token, None without the header. Raises AuthenticationFailed."""
        header = get_authorization_header(request).decode("ascii", errors="replace")
        if not header:
            return None
        scheme, _space, token = header.partition(" ")
        try:
            if scheme.lower() != SCHEME.lower() or len(token) > _MOST_SIGNS:
                raise TokenNotValid(_("登录已失效，请重新登录。"))
            return shopper_of(token.strip())
        except TokenNotValid as refusal:
            raise AuthenticationFailed(refusal.message, code=refusal.code) from refusal

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Name the scheme in the answer 401."""
        return SCHEME


class IsShopper(BasePermission):
    """Shoppers alone: a signed-in member of staff is none."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        """Say whether a shopper asks."""
        return isinstance(request.user, Shopper)


class ShopperView(StrictView):
    """A view for signed-in shoppers, over their own things."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsShopper,)

    @property
    def shopper(self) -> Shopper:
        """Who asks."""
        shopper: Shopper = self.request.user  # type: ignore[assignment]
        return shopper


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the header."""

    target_class = "accounts.api.shopper_tokens.BearerAuthentication"
    name = "shopper"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """Return the scheme of the schema."""
        return {"type": "http", "scheme": "bearer"}
