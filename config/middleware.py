"""Language by choice: Chinese for everyone who has not asked for English."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

# How long a choice made by `?lang=` is remembered. Unit: seconds.
REMEMBERED = 365 * 24 * 3600


class ChosenLanguageMiddleware:
    """Activate the language that the reader chose, by `?lang=` or by the language cookie.

    The browser's Accept-Language header is ignored on purpose: browsers of Chinese offices are
    often set to English, and their readers expect Chinese. `?lang=` is remembered in the cookie,
    since the admin drops parameters that it does not know.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = _known(request.GET.get("lang"))
        remembered = _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
        language = asked or remembered or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        if asked and asked != remembered:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, asked, max_age=REMEMBERED, samesite="Lax"
            )
        return response


def _known(language: str | None) -> str | None:
    """Return the language if the site speaks it; `zh` and `zh-cn` mean Chinese."""
    if not language:
        return None
    code = language.lower()
    if code in {"zh", "zh-cn"}:
        return "zh-hans"
    return code if code in dict(settings.LANGUAGES) else None
