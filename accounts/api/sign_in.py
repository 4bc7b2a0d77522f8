"""`auth/...`: a phone proves itself by a code and gets tokens."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import StrictView
from accounts.api.shopper_shapes import (
    CodeRequestShape,
    CodeSentShape,
    RefreshShape,
    SignInShape,
    TokensShape,
    tokens,
)
from accounts.api.shopper_tokens import ShopperView
from accounts.api.throttling import AddressThrottle
from accounts.services.login_codes import ASK_AGAIN_SECONDS, CODE_SECONDS, ask_for_code
from accounts.services.shoppers import refresh_tokens, sign_in, sign_out, stitch_touches


class SignInThrottle(AddressThrottle):
    """Let each address try so often a minute; each code counts its own tries besides."""

    scope = "sign_in"
    setting = "SIGN_INS_PER_MINUTE"


class AnyoneView(StrictView):
    """A view for anyone."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (SignInThrottle,)


class LoginCodes(AnyoneView):
    """Codes to phones."""

    @extend_schema(
        operation_id="auth_codes_create", request=CodeRequestShape, responses={202: CodeSentShape}
    )
    def post(self, request: Request) -> Response:
        """Send a code. The answer does not tell whether the phone is known."""
        asked = CodeRequestShape(data=request.data)
        asked.is_valid(raise_exception=True)
        address = SignInThrottle().get_ident(request) or ""
        ask_for_code(asked.validated_data["phone"], address=address)
        return Response({"expires_in": CODE_SECONDS, "ask_again_in": ASK_AGAIN_SECONDS}, status=202)


class Tokens(StrictView):
    """Pairs of tokens."""

    def get_authenticators(self) -> list:
        """Ask for a token to end one, for none to get one."""
        view = ShopperView if self.request and self.request.method == "DELETE" else AnyoneView
        return [each() for each in view.authentication_classes]

    def get_permissions(self) -> list:
        """Let anyone sign in, and shoppers alone sign out."""
        view = ShopperView if self.request.method == "DELETE" else AnyoneView
        return [each() for each in view.permission_classes]

    def get_throttles(self) -> list:
        """Count sign-ins."""
        return [] if self.request.method == "DELETE" else [SignInThrottle()]

    @extend_schema(
        operation_id="auth_tokens_create", request=SignInShape, responses={201: TokensShape}
    )
    def post(self, request: Request) -> Response:
        """Sign in with the code that the phone got. A new phone is a new shopper."""
        asked = SignInShape(data=request.data)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        pair = sign_in(told["phone"], told["code"])
        visitor_id = told["visitor_id"] or request.COOKIES.get(settings.VISITOR_COOKIE, "")
        if visitor_id:
            stitch_touches(pair.shopper, visitor_id)
        return Response(tokens(pair), status=201)

    @extend_schema(operation_id="auth_tokens_destroy", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out: the token that asks ends, and those it came from or led to."""
        sign_out(request.auth)  # type: ignore[arg-type]
        return Response(status=204)


class TokenRefresh(AnyoneView):
    """The next pair."""

    @extend_schema(
        operation_id="auth_tokens_refresh", request=RefreshShape, responses={201: TokensShape}
    )
    def post(self, request: Request) -> Response:
        """Change a refresh token for the next pair. Sent twice, it ends the whole sign-in."""
        asked = RefreshShape(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(tokens(refresh_tokens(asked.validated_data["refresh_token"])), status=201)
