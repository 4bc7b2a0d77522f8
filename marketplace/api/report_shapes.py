"""The shapes of reports in the interface description."""

from __future__ import annotations

from rest_framework import serializers

from marketplace.rules.campaign_report import BASES, MODEL_COLUMNS, REPORT_VIEWS


class ReportQuery(serializers.Serializer):
    """Which report is asked for."""

    model = serializers.ChoiceField(tuple(MODEL_COLUMNS), default="direct_rule")
    basis = serializers.ChoiceField(BASES, default="transaction")
    view = serializers.ChoiceField(REPORT_VIEWS, default="cohort")


class WindowShape(serializers.Serializer):
    """A half-open window on payment time, Shanghai offset."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class MoneyShape(serializers.Serializer):
    """Money in fen; net = gross - refund."""

    gross_fen = serializers.IntegerField()
    refund_fen = serializers.IntegerField()
    net_fen = serializers.IntegerField()


class HeadlineShape(MoneyShape):
    """One campaign of the list."""

    campaign = serializers.CharField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    window = WindowShape()
    orders = serializers.IntegerField()


class TotalsShape(MoneyShape):
    """The totals of a report."""

    orders = serializers.IntegerField()
    orders_stood = serializers.IntegerField()
    buyers = serializers.IntegerField()
    lines = serializers.IntegerField()
    quantity = serializers.IntegerField()
    consumer_paid_fen = serializers.IntegerField(allow_null=True)
    subsidy_fen = serializers.IntegerField(allow_null=True)
    participation_fen = serializers.IntegerField()
    distinct_total_fen = serializers.IntegerField()


class DayShape(MoneyShape):
    """One day."""

    date = serializers.DateField()
    orders = serializers.IntegerField()


class RowShape(MoneyShape):
    """One row of a breakdown; orders are not summable. Code '' gathers unmatched lines."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    orders = serializers.IntegerField()


class EvidenceShape(MoneyShape):
    """One evidence level."""

    level = serializers.IntegerField()
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    orders = serializers.IntegerField()


class NetShape(serializers.Serializer):
    """A net amount in fen."""

    net_fen = serializers.IntegerField()


class ModelNetShape(serializers.Serializer):
    """A net amount in fen; null on a basis that the model does not split."""

    net_fen = serializers.IntegerField(allow_null=True)


class ModelsShape(serializers.Serializer):
    """The campaign's net under each model; path models for analysts only."""

    direct_rule = NetShape()
    participation = NetShape()
    first = ModelNetShape(required=False)
    last = ModelNetShape(required=False)
    last_non_direct = ModelNetShape(required=False)
    linear = ModelNetShape(required=False)
    linear_distinct = ModelNetShape(required=False)
    position = ModelNetShape(required=False)
    time_decay = ModelNetShape(required=False)


class LeverageShape(serializers.Serializer):
    """Gross leverage of one funder; ratio is null where no subsidy stands."""

    funder = serializers.CharField()
    subsidy_fen = serializers.IntegerField()
    net_fen = serializers.IntegerField()
    ratio = serializers.FloatField(allow_null=True)


class ExcludedShape(serializers.Serializer):
    """Excluded lines of one reason, net of refunds."""

    reason = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    orders = serializers.IntegerField()
    amount_fen = serializers.IntegerField()


class NoneShape(MoneyShape):
    """What no campaign earned."""

    orders = serializers.IntegerField()


class UnmatchedShape(MoneyShape):
    """Credited lines without SKU."""

    lines = serializers.IntegerField()


class NameIndexShape(serializers.Serializer):
    """The indices of one campaign over the paths of the window; code '' is no campaign."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    removal_effect = serializers.FloatField(allow_null=True)
    markov_share = serializers.FloatField(allow_null=True)
    shapley_orders = serializers.FloatField()
    shapley_share = serializers.FloatField(allow_null=True)
    orders = serializers.IntegerField()


class PathIndicesShape(serializers.Serializer):
    """Markov and Shapley over the paths of the window; never money."""

    orders = serializers.IntegerField()
    orders_with_path = serializers.IntegerField()
    null_buyers = serializers.IntegerField()
    distinct_paths = serializers.IntegerField()
    names = NameIndexShape(many=True)


class CampaignReportShape(serializers.Serializer):
    """The report of one campaign (definitions of the figures are in `definitions`)."""

    campaign = serializers.CharField()
    name = serializers.CharField()
    simulated = serializers.BooleanField()
    version = serializers.IntegerField()
    run = serializers.IntegerField()
    digest = serializers.CharField()
    as_of = serializers.DateTimeField()
    pending_orders = serializers.IntegerField()
    unfinished_run = serializers.IntegerField(allow_null=True)
    model = serializers.ChoiceField(tuple(MODEL_COLUMNS))
    basis = serializers.ChoiceField(BASES)
    view = serializers.ChoiceField(REPORT_VIEWS)
    window = WindowShape()
    totals = TotalsShape()
    buyers_keyed_orders = serializers.IntegerField()
    by_day = DayShape(many=True)
    by_county = RowShape(many=True)
    by_sales_point = RowShape(many=True)
    by_channel = RowShape(many=True)
    by_product = RowShape(many=True)
    by_evidence = EvidenceShape(many=True)
    models = ModelsShape()
    leverage = LeverageShape(many=True)
    indices = PathIndicesShape(allow_null=True)
    uplift = serializers.DictField(allow_null=True)
    excluded = ExcludedShape(many=True)
    none = NoneShape()
    others = NetShape()
    unmatched = UnmatchedShape()
    definitions = serializers.DictField(child=serializers.CharField())
