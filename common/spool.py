"""A list that goes to disk when it grows long."""

from __future__ import annotations

import io
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from typing import IO, Any, TypeVar, overload

# So many items stay in memory; the others go to disk and come back in blocks.
HELD_ITEMS = 50_000
_BLOCK_ITEMS = 500

Item = TypeVar("Item")


class Spool(Sequence[Item]):
    """Objects in the order in which they were appended, the first ones in memory.

    Made to be walked, from the start or by `islice` from an offset, as often as needed; what
    comes from disk is a copy. `plain` are the dataclasses that items are made of: they are
    stored by their fields, which takes a third of the time. The file has no name and goes with
    the spool.
    """

    def __init__(self, plain: Iterable[type] = ()) -> None:
        self._held: list[Item] = []
        self._waiting: list[Item] = []
        self._places: list[tuple[int, int]] = []
        self._file: IO[bytes] | None = None
        self._reducers = {kind: _by_fields(kind) for kind in plain}

    def append(self, item: Item) -> None:
        """Add an item at the end."""
        if len(self._held) < HELD_ITEMS:
            self._held.append(item)
            return
        self._waiting.append(item)
        if len(self._waiting) == _BLOCK_ITEMS:
            self._store()

    def __len__(self) -> int:
        return len(self._held) + len(self._places) * _BLOCK_ITEMS + len(self._waiting)

    def __iter__(self) -> Iterator[Item]:
        yield from self._held
        for place in self._places:
            yield from self._stored(place)
        yield from self._waiting

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        if isinstance(place, slice):
            return list(islice(self, *place.indices(len(self))))
        wanted = range(len(self))[place]
        return next(islice(self, wanted, None))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return NotImplemented if not isinstance(other, Sequence) else False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def _store(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="shanhai-spool-")  # noqa: SIM115
        packed = io.BytesIO()
        pickler = pickle.Pickler(packed, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = self._reducers
        pickler.dump(self._waiting)
        begin = self._file.seek(0, io.SEEK_END)
        self._places.append((begin, self._file.write(packed.getbuffer())))
        self._waiting = []

    def _stored(self, place: tuple[int, int]) -> list[Item]:
        assert self._file is not None  # something was stored
        begin, size = place
        self._file.seek(begin)
        return pickle.loads(self._file.read(size))  # noqa: S301  # written above, seen by nobody


def _by_fields(kind: Any) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    values = attrgetter(*(each.name for each in fields(kind)))
    return lambda item: (kind, values(item))
