"""Kombu's folder broker, made safe for several workers.

The original writes a message in place, so that a worker can read half of one, and takes it by
moving it to the system's temporary folder, which across file systems is a copy: two workers can
take the same message. Here both steps are one rename inside one file system.
"""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """A channel whose messages appear and disappear whole."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        # Wall-clock nanoseconds keep the order between processes and across a reboot.
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        draft = Path(self.processed_folder, name + ".draft")
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.rename(Path(self.data_folder_out, name))

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002
        ending = f"{queue}.msg"
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != ending:
                continue
            taken = Path(self.processed_folder, name)
            try:
                Path(self.data_folder_in, name).rename(taken)
            except OSError:
                continue  # another worker was faster
            payload = loads(taken.read_text(encoding="utf-8"))
            with contextlib.suppress(OSError):
                taken.unlink()
            return payload
        raise Empty


class Transport(filesystem.Transport):
    """The folder transport with the safe channel."""

    Channel = Channel
