"""Throw-away databases that are cloned whole: a file on SQLite, a template on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg


class Databases(Protocol):
    """The databases of one vendor, by name."""

    vendor: str

    def url(self, name: str) -> str:
        """Return the URL of a database."""

    def create(self, name: str) -> None:
        """Make an empty database, in place of one of that name."""

    def clone(self, source: str, name: str) -> None:
        """Copy a database that nobody uses, in place of one of that name."""

    def drop(self, name: str) -> None:
        """Remove a database if it is there."""


class SqliteDatabases:
    """Files in one folder. Its last user has left a file alone, without its log."""

    vendor = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self._path(name)}"

    def create(self, name: str) -> None:
        self.drop(name)

    def clone(self, source: str, name: str) -> None:
        self.drop(name)
        shutil.copyfile(self._path(source), self._path(name))

    def drop(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path(name + ".sqlite3" + suffix, suffix="").unlink(missing_ok=True)

    def _path(self, name: str, suffix: str = ".sqlite3") -> Path:
        return self._folder / f"{name}{suffix}"


class PostgresqlDatabases:
    """Databases of one server, named after this process."""

    vendor = "postgresql"

    def __init__(self, server_url: str) -> None:
        self._server = urlsplit(server_url)

    def url(self, name: str) -> str:
        return urlunsplit(self._server._replace(path=f"/{self._name(name)}"))

    def create(self, name: str) -> None:
        self.drop(name)
        self._execute(f'CREATE DATABASE "{self._name(name)}" TEMPLATE template0')

    def clone(self, source: str, name: str) -> None:
        self.drop(name)
        self._execute(f'CREATE DATABASE "{self._name(name)}" TEMPLATE "{self._name(source)}"')

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{self._name(name)}" WITH (FORCE)')

    def _name(self, name: str) -> str:
        return f"bench_{os.getpid()}_{name}"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(urlunsplit(self._server), autocommit=True) as connection:
            # A checkpoint here keeps the one that cloning forces out of what is measured next.
            connection.execute(statement)
