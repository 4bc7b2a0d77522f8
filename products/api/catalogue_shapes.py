"""The shapes of the catalogue API. Money in fen; days are business days in Shanghai."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.api.strict_fields import StrictMoment
from common.money import MAX_FEN
from products.models import Category, County
from products.rules.search import MOST_SIGNS, MOST_WORDS
from products.selectors.finding import Ordering


class NamedShape(serializers.Serializer):
    """Something with a code."""

    code = serializers.CharField()
    name = serializers.CharField()


class OriginShape(NamedShape):
    """A county of Qiandongnan; `code` is its division code (GB/T 2260)."""

    name_en = serializers.CharField()


class ProducerShape(NamedShape):
    """Who makes the goods."""

    kind = serializers.CharField()


class CertificateShape(serializers.Serializer):
    """An official recognition that is valid today; no `valid_to` means without end."""

    kind = serializers.CharField()
    number = serializers.CharField()
    issuer = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class BenefitShape(serializers.Serializer):
    """Who benefits at the origin: as declared, in its own words, or counted by the roster.

    A number below ten households is not shown.
    """

    basis = serializers.ChoiceField(["declared", "roster"])
    mechanism = serializers.CharField()
    households = serializers.IntegerField(allow_null=True)
    persons = serializers.IntegerField(allow_null=True)
    wording = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    statement = serializers.CharField()


class PartShape(serializers.Serializer):
    """A part of a gift box: so many packs of another SKU."""

    sku_code = serializers.CharField()
    name = serializers.CharField()
    net_content = serializers.CharField()
    quantity = serializers.IntegerField()
    county = OriginShape()


class SkuShape(NamedShape):
    """One pack that can be bought. By weight, `price_fen` is for `price_basis_grams` grams.

    `ships_by` is set for a presale: what is bought now leaves by that day. `is_available` says
    that one more could be sold at this moment; only an order makes sure.
    """

    unit = serializers.CharField()
    net_content = serializers.CharField()
    net_grams = serializers.IntegerField(allow_null=True)
    price_fen = serializers.IntegerField()
    price_basis_grams = serializers.IntegerField(allow_null=True)
    ships_by = serializers.DateField(allow_null=True)
    is_available = serializers.BooleanField()
    parts = PartShape(many=True)


class ProductShape(NamedShape):
    """A product of one county with its SKUs, as it is today."""

    name_en = serializers.CharField()
    category = NamedShape()
    county = OriginShape()
    producer = ProducerShape(allow_null=True)
    storage = serializers.CharField()
    shelf_life_days = serializers.IntegerField(allow_null=True)
    is_fresh = serializers.BooleanField()
    geographical_indication = serializers.CharField()
    certificates = CertificateShape(many=True)
    benefits = BenefitShape(many=True)
    skus = SkuShape(many=True)
    modified_at = serializers.DateTimeField(allow_null=True)


class CountyShape(OriginShape):
    """A county with how many products it has in the storefront."""

    name_pinyin = serializers.CharField()
    products = serializers.IntegerField()


class CategoryShape(NamedShape):
    """A category with how many products it has in the storefront."""

    products = serializers.IntegerField()


class ProductQuery(serializers.Serializer):
    """What a list of products may be narrowed to."""

    search = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=MOST_SIGNS,
        help_text=gettext_lazy("名称、类目、县或拼音，最多 5 个词"),
    )
    county = serializers.CharField(
        required=False, allow_blank=True, default="", help_text=gettext_lazy("产地县代码")
    )
    category = serializers.CharField(
        required=False, allow_blank=True, default="", help_text=gettext_lazy("类目编码")
    )
    certified = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("今天认定有效")
    )
    price_min = serializers.IntegerField(
        required=False, default=None, min_value=0, max_value=MAX_FEN, help_text=gettext_lazy("分")
    )
    price_max = serializers.IntegerField(
        required=False, default=None, min_value=0, max_value=MAX_FEN, help_text=gettext_lazy("分")
    )
    modified_since = StrictMoment(required=False, default=None)
    ordering = serializers.ChoiceField(
        [ordering.value for ordering in Ordering], required=False, default=None
    )

    def validate_search(self, text: str) -> str:
        """Refuse more words than anybody means."""
        if len(text.split()) > MOST_WORDS:
            raise serializers.ValidationError(_("最多 5 个词。"))
        return text

    def validate_county(self, code: str) -> str:
        """Refuse a county that is none: an empty list would look like an answer."""
        if code and not County.objects.filter(code=code).exists():
            raise serializers.ValidationError(_("没有这个县。"))
        return code

    def validate_category(self, code: str) -> str:
        """Refuse a category that is none."""
        if code and not Category.objects.filter(code=code).exists():
            raise serializers.ValidationError(_("没有这个类目。"))
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a range that holds no price."""
        low, high = attrs["price_min"], attrs["price_max"]
        if low is not None and high is not None and low > high:
            raise serializers.ValidationError({"price_max": [_("最高价低于最低价。")]})
        return attrs
