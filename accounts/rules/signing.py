"""What a signed request signs, and when it is too old. Pure; docs/decisions/0020."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

SCHEME = "SHANHAI-HMAC-SHA256"
# A signature is taken this long before and after its timestamp. Unit: seconds.
WINDOW_SECONDS = 300

_KEY_ID = re.compile(r"[a-z0-9_]{8,40}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{10}", re.ASCII)
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What arrived: the request line, its body, and the four values of its headers.

    `target` is the path with its query. In the path all but letters, digits and `-_.~/` is
    percent-encoded in capitals; the query is as it was sent.
    """

    method: str
    target: str
    body: bytes
    key_id: str
    timestamp: str
    nonce: str
    signature: str

    @property
    def is_complete(self) -> bool:
        """Say whether all four values are there and have their shape."""
        return bool(
            _KEY_ID.fullmatch(self.key_id)
            and _TIMESTAMP.fullmatch(self.timestamp)
            and _NONCE.fullmatch(self.nonce)
            and _SIGNATURE.fullmatch(self.signature)
        )

    def is_timely(self, now_seconds: float) -> bool:
        """Say whether the timestamp lies within the window around now."""
        return abs(now_seconds - int(self.timestamp)) <= WINDOW_SECONDS

    def is_signed_with(self, secret: str) -> bool:
        """Compare the signature with the one that the secret gives, in constant time."""
        return hmac.compare_digest(self.signature, signature_of(self, secret))


def text_to_sign(request: SignedRequest) -> str:
    """Return the six lines that are signed, without a newline at the end."""
    digest = hashlib.sha256(request.body).hexdigest()
    return "\n".join(
        (SCHEME, request.method, request.target, request.timestamp, request.nonce, digest)
    )


def signature_of(request: SignedRequest, secret: str) -> str:
    """Return the signature of a request: 64 lower-case hex characters."""
    return hmac.digest(secret.encode(), text_to_sign(request).encode(), "sha256").hex()
