"""Names of the codes that reports break down by."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from marketplace.rules.evidence import REASON_LABELS, Level
from orders.models import SalesPoint
from products.models import County, Sku

# Rules know no framework: the labels of marketplace.rules.evidence are marked here.
LABELS_TO_TRANSLATE = (
    gettext_noop("未归属活动"),
    gettext_noop("范围与时间"),
    gettext_noop("触点"),
    gettext_noop("活动标记"),
    gettext_noop("消费券核销"),
    gettext_noop("人工认定"),
    gettext_noop("归因依据较弱"),
    gettext_noop("消费券抵扣较少"),
    gettext_noop("抵扣相同，券码靠后"),
    gettext_noop("活动优先级较低"),
    gettext_noop("活动开始较早"),
    gettext_noop("活动时间较长"),
    gettext_noop("活动编码靠后"),
)


def reason_name(reason: str) -> str:
    """Return the words for why a candidate lost; '' for the winner, the code if unknown."""
    label = REASON_LABELS.get(reason, reason)
    return _(label) if label else ""


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code, as they are today; a code without a row is its own name."""

    counties: dict[str, str]
    sales_points: dict[str, str]
    skus: dict[str, str]

    def county(self, code: str) -> str:
        """Return a county's name; lines without county are 未匹配."""
        return self.counties.get(code, code) if code else _("未匹配")

    def sales_point(self, code: str) -> str:
        """Return a sales point's name."""
        return self.sales_points.get(code, code)

    def channel(self, code: str) -> str:
        """Return the name of a channel class."""
        known = code in SalesPoint.ChannelClass.values
        return str(SalesPoint.ChannelClass(code).label) if known else code

    def product(self, code: str) -> str:
        """Return a SKU's name; lines without SKU are 未匹配."""
        return self.skus.get(code, code) if code else _("未匹配")

    def evidence(self, code: str) -> str:
        """Return the name of an evidence level given as text."""
        return _(Level(int(code)).label)


def read_names() -> Names:
    """Read every name, in three queries: there are hundreds of them, not thousands."""
    return Names(
        counties=dict(County.objects.values_list("code", "name")),
        sales_points=dict(SalesPoint.objects.values_list("code", "name")),
        skus=dict(Sku.objects.values_list("code", "name")),
    )
