"""Which reports can be asked for, and by whom."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.errors import BasisNotSplit
from marketplace.rules.campaign_report import TRANSACTION, Asked


def check_basis(asked: Asked) -> None:
    """Raise BasisNotSplit for a path model on another basis than the transaction's."""
    if asked.is_analysis and asked.basis != TRANSACTION:
        raise BasisNotSplit(
            _(
                "分析口径 %(model)s 只按成交额口径计算，没有买家实付口径。"
                "请改用成交额口径，或改用不重复口径。"
            )
            % {"model": asked.model}
        )
