"""`/t/<code>/`: open a campaign's link. It leaves a touch and leads on."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import clock
from marketplace.models import CampaignLink
from marketplace.rules.links import as_code, is_safe_target
from marketplace.services.stitching import visitor_key
from marketplace.services.touchpoints import NewTouch, record_touches

# As long as a touch may count by default. Unit: seconds.
REMEMBERED = 30 * 24 * 3600
# Opening the same link again within this time is the same touch: reloads, double taps.
SAME_VISIT = timedelta(minutes=1)
_VISITOR = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
# Programs that open links to look at them: no person was touched.
_ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|facebookexternalhit|curl|wget|python-", re.I)


@require_safe
@never_cache
def open_link(request: HttpRequest, code: str) -> HttpResponse:
    """Record the touch of a person who opens a link, and lead to its target.

    The visitor is known by a random cookie, kept as a keyed hash. An unknown or retired code
    answers with a page that leads home.
    """
    link = (
        CampaignLink.objects.select_related("campaign", "sales_point")
        .filter(code=as_code(code) or "-")
        .first()
    )
    # The settings may have come to allow fewer sites than when the link was made.
    hosts = frozenset(settings.LINK_HOSTS)
    if link is None or not link.is_active or not is_safe_target(link.target, hosts):
        status = 404 if link is None else 410
        return render(request, "marketplace/link_gone.html", status=status)
    answer = HttpResponseRedirect(link.target)
    answer.headers["Referrer-Policy"] = "no-referrer"
    if request.method == "GET" and not _ROBOT.search(request.headers.get("User-Agent") or "bot"):
        visitor = request.COOKIES.get(settings.VISITOR_COOKIE, "")
        if not _VISITOR.fullmatch(visitor):
            visitor = secrets.token_urlsafe(16)
        record_touches([_touch(link, visitor_key(visitor))])
        answer.set_cookie(
            settings.VISITOR_COOKIE,
            visitor,
            max_age=REMEMBERED,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


def _touch(link: CampaignLink, buyer_key: str) -> NewTouch:
    """Return the touch of this visit. Its name holds for a while: a reload is the same event."""
    now = clock.now()
    turn = int(now.timestamp() // SAME_VISIT.total_seconds())
    event = sha256(f"{buyer_key}:{link.code}:{turn}".encode()).hexdigest()
    return NewTouch(
        source="link",
        source_id=event,
        buyer_key=buyer_key,
        campaign_code=link.campaign.code,
        kind=link.kind,
        occurred_at=now,
        sales_point_code=link.sales_point.code if link.sales_point else "",
        link_code=link.code,
    )
