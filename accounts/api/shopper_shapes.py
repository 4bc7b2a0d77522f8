"""The shapes of signing in, of a shopper, and of addresses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.strict_fields import StrictBoolean, StrictSerializer, StrictText
from accounts.models import Address, Shopper
from accounts.rules.phones import PhoneNotValid, normalised_phone
from accounts.services.addresses import PostalAddress, opened
from accounts.services.shoppers import ACCESS_SECONDS, TokenPair, phone_of
from common.clock import in_shanghai
from common.masking import mask_phone


class PhoneField(StrictText):
    """A mainland mobile number, in any usual spelling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the eleven digits."""
        try:
            return normalised_phone(super().to_internal_value(data))
        except PhoneNotValid:
            raise serializers.ValidationError(_("请填写 11 位手机号码。")) from None


class CodeRequestShape(StrictSerializer):
    """Whose phone shall get a code."""

    phone = PhoneField()


class CodeSentShape(serializers.Serializer):
    """How long the code counts, and when another may be asked for. Unit: seconds."""

    expires_in = serializers.IntegerField()
    ask_again_in = serializers.IntegerField()


class SignInShape(StrictSerializer):
    """The phone, and the code that it got.

    `visitor_id` is what the client sent with touches before: they become the shopper's.
    """

    phone = PhoneField()
    code = StrictText(min_length=4, max_length=10)
    visitor_id = StrictText(min_length=8, max_length=80, required=False, default="")


class RefreshShape(StrictSerializer):
    """The refresh token of the pair that ends."""

    refresh_token = StrictText(max_length=200)


class TokensShape(serializers.Serializer):
    """A pair of tokens; `expires_in` is of the access token, in seconds."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField()
    is_new_shopper = serializers.BooleanField()


def tokens(pair: TokenPair) -> dict[str, Any]:
    """Tell a pair, once."""
    return {
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "expires_in": ACCESS_SECONDS,
        "is_new_shopper": pair.is_new_shopper,
    }


class ShopperShape(serializers.Serializer):
    """A shopper as they see themselves. `needs_consent`: the policy in force is a newer one."""

    id = serializers.UUIDField()
    phone = serializers.CharField()
    display_name = serializers.CharField()
    consent_version = serializers.CharField()
    consented_at = serializers.DateTimeField(allow_null=True)
    needs_consent = serializers.BooleanField()
    created_at = serializers.DateTimeField()


def shopper_as_json(shopper: Shopper) -> dict[str, Any]:
    """Show a shopper to themselves, the phone masked."""
    return {
        "id": shopper.public_id,
        "phone": mask_phone(phone_of(shopper)),
        "display_name": shopper.display_name,
        "consent_version": shopper.consent_version,
        "consented_at": in_shanghai(shopper.consented_at),
        "needs_consent": shopper.consent_version != settings.PRIVACY_VERSION,
        "created_at": in_shanghai(shopper.created_at),
    }


class ShopperChangeShape(StrictSerializer):
    """What a shopper may change; what is left out stays."""

    display_name = StrictText(max_length=40, required=False, allow_blank=True)
    consent_version = StrictText(max_length=40, required=False)

    def validate_consent_version(self, version: str) -> str:
        """Refuse consent to a policy that is not the one in force."""
        if version != settings.PRIVACY_VERSION:
            raise serializers.ValidationError(_("这不是现行的隐私政策版本。"))
        return version


class AddressBodyShape(StrictSerializer):
    """Who receives where."""

    receiver = StrictText(max_length=40)
    phone = PhoneField()
    region_code = serializers.RegexField(r"^[1-9][0-9]{5}$")
    region = StrictText(max_length=80)
    detail = StrictText(max_length=120)
    is_default = StrictBoolean(required=False, default=False)

    def postal(self) -> PostalAddress:
        """Return the address of a valid body."""
        stated = dict(self.validated_data)
        del stated["is_default"]
        return PostalAddress(**stated)


class AddressShape(serializers.Serializer):
    """One of a shopper's addresses, in full: it is theirs."""

    id = serializers.UUIDField()
    receiver = serializers.CharField()
    phone = serializers.CharField()
    region_code = serializers.CharField()
    region = serializers.CharField()
    detail = serializers.CharField()
    is_default = serializers.BooleanField()


def address_as_json(address: Address) -> dict[str, Any]:
    """Show an address to its shopper."""
    postal = opened(address)
    return {
        "id": address.public_id,
        "receiver": postal.receiver,
        "phone": postal.phone,
        "region_code": postal.region_code,
        "region": postal.region,
        "detail": postal.detail,
        "is_default": address.is_default,
    }
