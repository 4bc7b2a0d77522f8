"""Requests signed with an integration key: who asks, how often, how it is described."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.api.bodies import check_length
from accounts.api.throttling import OpenThrottle
from accounts.errors import NotSigned
from accounts.models import User
from accounts.rules.signing import SCHEME, SignedRequest
from accounts.services.integration import ProvenRequest, prove

logger = logging.getLogger(__name__)

HEADERS = {
    "key_id": "X-Shanhai-Key",
    "timestamp": "X-Shanhai-Timestamp",
    "nonce": "X-Shanhai-Nonce",
    "signature": "X-Shanhai-Signature",
}


class SignatureAuthentication(BaseAuthentication):
    """Prove a request by its signature; `request.auth` is then a ProvenRequest.

    A view says in `most_body_bytes` how large a body it takes.
    """

    def authenticate(self, request: Request) -> tuple[User, ProvenRequest]:
        """Return user and proof. Raises AuthenticationFailed with the refusal's code."""
        view = request.parser_context["view"]
        address = request.META.get("REMOTE_ADDR") or ""
        signed = signed_request(request, most_bytes=view.most_body_bytes)
        try:
            proven = prove(signed, address=address)
        except NotSigned as refusal:
            known = signed.key_id if signed.is_complete else "-"
            logger.warning("signature refused: %s key=%s from %s", refusal.code, known, address)
            raise unauthenticated(refusal) from refusal
        return proven.key.user, proven

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Name the scheme in the answer 401."""
        return SCHEME


class OptionalSignature(SignatureAuthentication):
    """Prove a request that is signed; one without any of the headers is anonymous."""

    def authenticate(self, request: Request) -> tuple[User, ProvenRequest] | None:  # type: ignore[override]
        """Return user and proof, or None. Raises as SignatureAuthentication for a wrong one."""
        if any(request.headers.get(header) for header in HEADERS.values()):
            return super().authenticate(request)
        signed_request(request, most_bytes=request.parser_context["view"].most_body_bytes)
        return None


def signed_request(request: Request, *, most_bytes: int) -> SignedRequest:
    """Read what was signed.

    Raises BodyTooLarge before reading a body beyond `most_bytes`, LengthMissing for chunks.
    """
    check_length(request, most_bytes=most_bytes)
    told = {name: request.headers.get(header, "") for name, header in HEADERS.items()}
    return SignedRequest(
        method=request.method or "",
        target=_target(request),
        body=request._request.body,
        **told,
    )


def _target(request: Request) -> str:
    """Return path and query: the path encoded anew, since servers hand it on decoded."""
    query = request.META.get("QUERY_STRING", "")
    return quote(request.path) + (f"?{query}" if query else "")


def unauthenticated(refusal: NotSigned) -> AuthenticationFailed:
    """Return the refusal as an answer 401 that keeps its code."""
    return AuthenticationFailed(refusal.message, code=refusal.code)


class PerKeyThrottle(OpenThrottle):
    """Let each key ask so often a second; counted in the cache, open where the cache is down."""

    scope = "integration_key"

    def get_rate(self) -> str:
        """Return the rate of the settings, in DRF's form."""
        return f"{settings.INTEGRATION_REQUESTS_PER_SECOND}/second"

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002
        """Count by key; what is not signed does not get here."""
        return f"throttle:{self.scope}:{request.auth.key.pk}" if request.auth else None


class SignatureScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the four headers; a request needs them all."""

    target_class = "accounts.api.signing.SignatureAuthentication"
    name = [f"shanhai_{name}" for name in HEADERS]

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[Any]]:  # noqa: ARG002
        """Ask for all four headers together."""
        return {name: [] for name in self.name}

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:  # noqa: ARG002
        """Describe each header; what is signed stands in docs/channel-api.md."""
        told = {
            "key_id": "Public id of the integration key.",
            "timestamp": "Unix seconds, within 300 s of the server's clock.",
            "nonce": "16 to 64 of A-Z a-z 0-9 _ -, new for every request.",
            "signature": f"{SCHEME}: lower-case hex over six lines, see docs/channel-api.md.",
        }
        return [
            {"type": "apiKey", "in": "header", "name": header, "description": told[name]}
            for name, header in HEADERS.items()
        ]
