"""Load the reference data that the project ships with, all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from marketplace.errors import SeedsNotValid
from marketplace.intake.seed_cells import SeedRow, seed_rows, unreadable
from marketplace.intake.seed_tables import TABLES
from products.services.reference_rows import Outcome
from products.services.search_entries import refresh_search_entries


@dataclass(frozen=True, slots=True)
class SeededFile:
    """How the rows of one file fared: added, unchanged, or kept as an operator left them."""

    name: str
    added: int
    unchanged: int
    kept: int


@transaction.atomic
def load_seeds(folder: Path) -> list[SeededFile]:
    """Load every seed file of a folder in one transaction; return how each file fared.

    Adds what is missing and changes nothing that stands, so a second run adds nothing. Raises
    SeedsNotValid for a file that is missing or unreadable, or contradicts what stands.
    """
    files = [_load_file(folder / name, columns, reader) for name, columns, reader in TABLES]
    refresh_search_entries()
    return files


def _load_file(
    path: Path, columns: tuple[str, ...], reader: Callable[[SeedRow], Outcome]
) -> SeededFile:
    outcomes: Counter[Outcome] = Counter()
    for line, row in seed_rows(path, columns):
        try:
            outcomes[reader(row)] += 1
        except (ValueError, KeyError, ObjectDoesNotExist) as error:
            raise unreadable(path, line) from error
        except DatabaseError as error:
            raise SeedsNotValid(
                _("种子文件 %(file)s 第 %(line)d 行与库中已有的数据冲突。")
                % {"file": path.name, "line": line}
            ) from error
    return SeededFile(
        path.name, outcomes[Outcome.ADDED], outcomes[Outcome.UNCHANGED], outcomes[Outcome.KEPT]
    )
