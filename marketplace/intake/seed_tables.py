"""Which seed file goes to which service: one reader per file, in an order that builds upwards."""

from __future__ import annotations

from collections.abc import Callable

from common.clock import window_of_days
from common.money import parse_yuan
from marketplace.intake.seed_cells import SeedRow, day, day_or_none, number_or_none, yes_or_no
from marketplace.intake.seed_selling import SELLING
from marketplace.rules.campaigns import SALES_POINT, VersionRules
from marketplace.rules.evidence import Level
from marketplace.services import reference
from marketplace.services.campaigns import publish_first_version
from marketplace.services.facts import seed_fact
from orders.services.declaring import seed_opening_sale
from orders.services.sales_points import seed_sales_point, seed_sales_point_district
from products.services import catalogue
from products.services.reference_rows import Outcome
from products.services.roster import seed_declared_link


def _county(row: SeedRow) -> Outcome:
    return catalogue.seed_county(
        code=row["code"],
        name=row["name"],
        name_pinyin=row["name_pinyin"],
        name_en=row["name_en"],
        kind=row["kind"],
        was_poverty_county=yes_or_no(row["was_poverty_county"]),
        delisted_on=day_or_none(row["delisted_on"]),
        delisted_precision=row["delisted_precision"],
        source=row["source"],
    )


def _category(row: SeedRow) -> Outcome:
    return catalogue.seed_category(code=row["code"], name=row["name"])


def _producer(row: SeedRow) -> Outcome:
    return catalogue.seed_producer(**row)


def _product(row: SeedRow) -> Outcome:
    return catalogue.seed_product(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        category=row["category"],
        county=row["county"],
        producer=row["producer"],
        storage=row["storage"],
        shelf_life_days=number_or_none(row["shelf_life_days"]),
        is_fresh=yes_or_no(row["is_fresh"]),
        geographical_indication=row["geographical_indication"],
        is_published=yes_or_no(row["is_published"]),
        source=row["source"],
    )


def _sku(row: SeedRow) -> Outcome:
    return catalogue.seed_sku(**row)


def _declared_link(row: SeedRow) -> Outcome:
    return seed_declared_link(
        producer=row["producer"],
        mechanism=row["mechanism"],
        households=number_or_none(row["households"]),
        persons=number_or_none(row["persons"]),
        principal_yuan=row["principal_yuan"],
        rate_bp=number_or_none(row["rate_bp"]),
        wording=row["wording"],
        valid_from=day(row["valid_from"]),
        valid_to=day_or_none(row["valid_to"]),
        precision=row["precision"],
        source=row["source"],
    )


def _sales_point(row: SeedRow) -> Outcome:
    return seed_sales_point(**row)


def _sales_point_district(row: SeedRow) -> Outcome:
    return seed_sales_point_district(
        sales_point=row["sales_point"],
        district=row["district"],
        valid_from=day_or_none(row["valid_from"]),
        valid_to=day_or_none(row["valid_to"]),
        source=row["source"],
    )


def _district(row: SeedRow) -> Outcome:
    return reference.seed_district(
        code=row["code"],
        name=row["name"],
        name_pinyin=row["name_pinyin"],
        name_en=row["name_en"],
        kind=row["kind"],
        valid_from=day_or_none(row["valid_from"]),
        valid_to=day_or_none(row["valid_to"]),
        change_note=row["change_note"],
        source=row["source"],
    )


def _succession(row: SeedRow) -> Outcome:
    return reference.seed_succession(
        predecessor=row["predecessor"],
        successor=row["successor"],
        effective_on=day(row["effective_on"]),
        precision=row["precision"],
        source=row["source"],
    )


def _pairing(row: SeedRow) -> Outcome:
    return reference.seed_pairing(
        district=row["district"],
        county=row["county"],
        valid_from=day(row["valid_from"]),
        valid_to=day_or_none(row["valid_to"]),
        precision=row["precision"],
        document=row["document"],
        evidence=row["evidence"],
        source=row["source"],
    )


def _centre(row: SeedRow) -> Outcome:
    return reference.seed_centre(**row)


def _store(row: SeedRow) -> Outcome:
    return reference.seed_store(**row)


def _rank(row: SeedRow) -> Outcome:
    return reference.seed_rank(
        sales_point=row["sales_point"],
        observed_on=day(row["observed_on"]),
        precision=row["precision"],
        rank=row["rank"],
        points=number_or_none(row["points"]),
        source=row["source"],
    )


def _campaign(row: SeedRow) -> Outcome:
    starts_at, ends_at = window_of_days(day(row["start_date"]), day(row["end_date"]))
    return publish_first_version(
        campaign_code=row["code"],
        name=row["name"],
        source=row["source"],
        stated=VersionRules(
            starts_at=starts_at,
            ends_at=ends_at,
            minimum_level=Level[row["minimum_level"].upper()].value,
            scopes={SALES_POINT: [row["sales_point"]]} if row["sales_point"] else {},
            lookback_days=int(row["lookback_days"]),
        ),
    )


def _opening_sale(row: SeedRow) -> Outcome:
    return seed_opening_sale(
        district=row["district"],
        county=row["county"],
        period_start=day_or_none(row["period_start"]),
        period_end=day(row["period_end"]),
        amount_fen=parse_yuan(row["amount_yuan"]),
        bound=row["bound"],
        wording=row["wording"],
        source=row["source"],
    )


def _fact(row: SeedRow) -> Outcome:
    return seed_fact(
        district_code=row["district"],
        county_code=row["county"],
        section=row["section"],
        key=row["key"],
        label=row["label"],
        kind=row["kind"],
        value=_fact_value(row["kind"], row["value"]),
        text=row["text"],
        bound=row["bound"],
        unit=row["unit"],
        wording=row["wording"],
        period_start=day_or_none(row["period_start"]),
        period_end=day(row["period_end"]),
        precision=row["precision"],
        source=row["source"],
    )


def _fact_value(kind: str, cell: str) -> int | None:
    """Read a count as it stands, money in yuan as fen, a ratio in percent as basis points."""
    if kind in {"money", "ratio"}:
        # Both have two decimals at most, in hundredths of what the cell is written in.
        return parse_yuan(cell)
    return number_or_none(cell)


_REGION = ("code", "name", "name_pinyin", "name_en", "kind")
_POINT = ("code", "name", "channel_class", "platform", "shop_name", "source")
_DISTRICT_OF_POINT = ("sales_point", "district", "valid_from", "valid_to", "source")
_PRODUCT = (
    *("code", "name", "name_en", "category", "county", "producer"),
    *("storage", "shelf_life_days", "is_fresh", "geographical_indication", "is_published"),
    "source",
)
_SKU = ("code", "product", "name", "unit", "net_content", "price_yuan", "seller_code", "source")
_DECLARED_LINK = (
    *("producer", "mechanism", "households", "persons", "principal_yuan", "rate_bp"),
    *("wording", "valid_from", "valid_to", "precision", "source"),
)
_PAIRING = (
    *("district", "county", "valid_from", "valid_to"),
    *("precision", "document", "evidence", "source"),
)
_CAMPAIGN = (
    *("code", "name", "start_date", "end_date"),
    *("sales_point", "minimum_level", "lookback_days", "source"),
)
_OPENING = (
    *("district", "county", "period_start", "period_end"),
    *("amount_yuan", "bound", "wording", "source"),
)
_FACT = (
    *("district", "county", "section", "key", "label", "kind", "value", "text", "bound"),
    *("unit", "wording", "period_start", "period_end", "precision", "source"),
)

# File name, columns, reader.
TABLES: tuple[tuple[str, tuple[str, ...], Callable[[SeedRow], Outcome]], ...] = (
    (
        "counties.csv",
        (*_REGION, "was_poverty_county", "delisted_on", "delisted_precision", "source"),
        _county,
    ),
    ("categories.csv", ("code", "name", "source"), _category),
    ("producers.csv", ("code", "name", "kind", "county", "source"), _producer),
    ("declared_links.csv", _DECLARED_LINK, _declared_link),
    ("products.csv", _PRODUCT, _product),
    ("skus.csv", _SKU, _sku),
    ("districts.csv", (*_REGION, "valid_from", "valid_to", "change_note", "source"), _district),
    (
        "district_successions.csv",
        ("predecessor", "successor", "effective_on", "precision", "source"),
        _succession,
    ),
    ("pairings.csv", _PAIRING, _pairing),
    ("sales_points.csv", _POINT, _sales_point),
    ("sales_point_districts.csv", _DISTRICT_OF_POINT, _sales_point_district),
    ("centres.csv", ("code", "name", "sales_point", "district", "address", "source"), _centre),
    ("stores.csv", ("sales_point", "platform", "introduction", "source"), _store),
    (
        "store_ranks.csv",
        ("sales_point", "observed_on", "precision", "rank", "points", "source"),
        _rank,
    ),
    ("campaigns.csv", _CAMPAIGN, _campaign),
    ("opening_sales.csv", _OPENING, _opening_sale),
    ("declared_facts.csv", _FACT, _fact),
    *SELLING,
)
