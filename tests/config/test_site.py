"""The landing page, the probes, the language and the production settings."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client

from tests.workers import ROOT

PRODUCTION = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SHANHAI_SECRET_KEY": "a" * 64,
    "SHANHAI_FIELD_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "SHANHAI_BUYER_KEY": "b" * 64,
    "SHANHAI_ALLOWED_HOSTS": "shanhai.example",
}


def test_the_landing_page_says_in_chinese_what_this_is_and_leads_on(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    for link in ("/admin/", "/reports/", "/api/docs/"):
        assert f'href="{link}"' in answer.text
    assert "山海集" in answer.text


def test_a_browser_set_to_english_still_reads_chinese(client: Client) -> None:
    answer = client.get("/", headers={"accept-language": "en-US,en;q=0.9"})
    assert answer.headers["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans">' in answer.text


def test_english_is_shown_when_chosen_and_is_remembered(client: Client) -> None:
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="zh-hans">' in client.get("/?lang=zh-hans").text


@pytest.mark.parametrize("language", ["fr", "../../etc", "zh-hans\x00", ""])
def test_an_unknown_language_means_chinese(client: Client, language: str) -> None:
    assert '<html lang="zh-hans">' in client.get("/", {"lang": language}).text


@pytest.mark.django_db
def test_the_site_is_ready_when_the_database_is_migrated(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "database": True, "migrations": True}


def test_the_site_is_not_ready_on_an_empty_database(tmp_path: os.PathLike) -> None:
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "answer = Client().get('/readyz', headers={'host': 'localhost'})\n"
        "print(answer.status_code, answer.json()['migrations'])\n"
        "print(Client().get('/healthz', headers={'host': 'localhost'}).status_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["503", "False", "200"], done.stderr


@pytest.mark.django_db
def test_the_interface_description_and_its_pages_open_for_everyone(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert "cdn" not in page.text.lower()


@pytest.mark.django_db
def test_the_admin_has_our_name_and_asks_for_a_login(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 200
    assert "山海集" in answer.text


def _start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_production_starts_on_its_own_secrets() -> None:
    done = _start(PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", sorted(name for name in PRODUCTION if "SHANHAI" in name))
def test_production_refuses_to_start_on_a_default(missing: str) -> None:
    done = _start({name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode != 0
    assert missing in done.stderr
