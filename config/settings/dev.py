"""Development and the embedded default: no server needed."""

from config.settings.base import *  # noqa: F403

DEBUG = True
