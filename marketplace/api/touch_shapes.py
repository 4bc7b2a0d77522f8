"""The shapes of touches that clients send, and of what became of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.strict_fields import StrictMoment, StrictSerializer, StrictText
from marketplace.models import Touchpoint
from marketplace.services.touchpoints import Recorded

# More touches in one request are a file.
MOST_TOUCHES = 500
# A visitor's id is random and made by the client; shorter ones can be guessed.
SHORTEST_VISITOR, LONGEST_VISITOR = 8, 80
LONGEST_EVENT = 40
REJECTED = "rejected"


def _text(longest: int, **more: Any) -> StrictText:
    return StrictText(max_length=longest, required=False, default="", allow_blank=True, **more)


class TouchShape(StrictSerializer):
    """One touch. Without `code` and `campaign` it is a direct one.

    `event_id` names the event for good: the same again is recorded once. `buyer` needs a signed
    request for the sales point.
    """

    kind = serializers.ChoiceField(Touchpoint.Kind.choices)
    code = _text(16, help_text="Code of a campaign link, as in a mini-program's scene.")
    campaign = _text(60, help_text="Code of a campaign.")
    occurred_at = StrictMoment(required=False, default=None)
    visitor_id = _text(LONGEST_VISITOR, help_text="Random id that the client keeps.")
    event_id = _text(LONGEST_EVENT)
    sales_point = _text(40)
    buyer = _text(200, help_text="The platform's buyer; signed requests only.")

    def validate_visitor_id(self, value: str) -> str:
        """Refuse ids that are too short to be random."""
        if value and len(value) < SHORTEST_VISITOR:
            raise serializers.ValidationError(_("visitor_id 太短，至少 8 个字符。"))
        return value


class TouchResultShape(serializers.Serializer):
    """What became of one touch; `code` and `message` say why it was rejected."""

    index = serializers.IntegerField()
    result = serializers.ChoiceField([Recorded.ACCEPTED, Recorded.DUPLICATE, REJECTED])
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class TouchAnswerShape(serializers.Serializer):
    """How many touches were recorded, known already, or rejected; one result for each."""

    accepted = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = TouchResultShape(many=True)
