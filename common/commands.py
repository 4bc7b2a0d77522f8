"""The base of commands that may refuse: one sentence, one code, exit 1."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.utils import OperationalError, ProgrammingError
from django.utils.translation import gettext as _

from common.errors import DomainError

# What SQLite and PostgreSQL say of a table that is not there.
MISSING_TABLE = ("no such table", "does not exist")


class RefusingCommand(BaseCommand):
    """A command whose refusals are for people and for programs (docs/decisions/0005).

    A subclass implements `work`. A DomainError ends it with exit code 1: one sentence with
    its code on stderr, or `{"error": {"code", "message"}}` on stdout with `--json`. Usage
    errors end with exit code 2, as argparse does.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("只输出一个 JSON 对象"))

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self.work(**options)
        except BrokenPipeError:
            # The reader (`| head`) has seen enough; what is still buffered has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except DomainError as refusal:
            self._refuse(refusal.code, refusal.message, as_json=options["json"])
            raise SystemExit(1) from refusal
        except (OperationalError, ProgrammingError) as error:
            if not any(words in str(error) for words in MISSING_TABLE):
                raise
            message = _("数据库尚未建表，请先运行 manage.py migrate。")
            self._refuse("database_not_migrated", message, as_json=options["json"])
            raise SystemExit(1) from error

    def _refuse(self, code: str, message: str, *, as_json: bool) -> None:
        if as_json:
            self.print_json({"error": {"code": code, "message": message}})
        else:
            self.say(f"{message}（{code}）")

    def work(self, **options: Any) -> None:
        """Do the command's work. Raises DomainError to refuse."""
        raise NotImplementedError

    def print_json(self, answer: object) -> None:
        """Write one JSON object to stdout."""
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def say(self, text: str) -> None:
        """Write a line for the person who watches to stderr: progress, warnings, refusals."""
        self.stderr.write(text, self.style.NOTICE if self.style else None)
        self.stderr.flush()


class FormattedCommand(RefusingCommand):
    """A command whose `--format` chooses the form of its answer."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Treat `--format json` as `--json`, so that refusals are JSON too."""
        options["json"] = options["json"] or options["format"] == "json"
        super().handle(*args, **options)
