"""Development and the embedded default: no server needed."""

from config.settings.base import *  # noqa: F403
from config.settings.base import SANDBOX_PHONES

DEBUG = True

# A sandbox to try the storefront API with: no phone rings (docs/storefront-api.md).
SANDBOX_PHONES = SANDBOX_PHONES or {"19900000001": "246810", "19900000002": "246810"}
