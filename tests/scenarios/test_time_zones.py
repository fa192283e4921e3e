"""Dates in time zones follow the system's time zone data, not the outdated tables of a library."""

import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kith import Account, Server, sign_up
from scenario import check_every_answer

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


def at(binary: Path, folder: Path, instant: str) -> Server:
    """A server whose wall clock starts at an instant (UTC)."""
    symbols = subprocess.run(["nm", str(binary)], capture_output=True, check=False).stdout
    if b"__asan_init" in symbols or b"__tsan_init" in symbols:
        pytest.skip("libfaketime has to come first, and so do sanitizers")
    return Server(binary, folder, LD_PRELOAD=LIBRARY, FAKETIME=f"@{instant}", TZ="UTC",
                  FAKETIME_DONT_FAKE_MONOTONIC="1")


def birthdays_today(account: Account, zone: str) -> list[str]:
    """The names of the contacts whose birthday is today in the zone."""
    path = f"contacts/birthdays?days=0&tz={quote(zone)}"
    return [each["first_name"] for each in account.items(path)]


def test_today_is_the_date_in_the_zone(binary: Path, tmp_path: Path) -> None:
    """Today is the date in the given zone."""
    days = {"2026-07-01 05:30:00": {
                "UTC": "07-01", "America/Mexico_City": "06-30", "America/Ciudad_Juarez": "06-30",
                "America/New_York": "07-01", "America/Los_Angeles": "06-30", "US/Pacific": "06-30"},
            "2026-11-30 18:30:00": {
                "UTC": "11-30", "Asia/Almaty": "11-30", "Asia/Qostanay": "11-30",
                "Asia/Kathmandu": "12-01", "Pacific/Auckland": "12-01", "NZ": "12-01",
                "Australia/Lord_Howe": "12-01", "Africa/Casablanca": "11-30",
                "Pacific/Kiritimati": "12-01", "Etc/GMT+12": "11-30"}}
    for number, (instant, zones) in enumerate(days.items()):
        with at(binary, tmp_path / str(number), instant) as server:
            account = sign_up(server)
            for day in sorted(set(zones.values())):
                account.create(first_name=day, birthday=f"--{day}")
            assert {zone: birthdays_today(account, zone) for zone in zones} == {
                zone: [day] for zone, day in zones.items()}


@pytest.mark.parametrize("tz", ["", "%20", "posix/Europe/Kyiv", "right/UTC", "localtime",
                                "posixrules", "../zoneinfo/UTC", "/etc/localtime", "Europe",
                                "Europe/", "Factory", "europe/kyiw", "zone.tab", "tzdata.zi",
                                "GMT%2B25", "Europe/Kyiv%00", "+02:00", "a" * 65])
def test_unknown_zones_are_refused(account: Account, tz: str) -> None:
    """Unknown zones are refused."""
    reply = account.call("GET", f"contacts/birthdays?tz={tz}")
    check_every_answer(reply)
    assert reply.status == 422 and list(reply.errors()) == ["tz"], reply


def test_zone_names_are_case_insensitive(account: Account) -> None:
    for tz in ("europe/kyiv", "EUROPE/KYIV", "utc", "america/argentina/buenos_aires"):
        assert account.call("GET", f"contacts/birthdays?tz={tz}").status == 200, tz


def test_tomorrow_in_utc_is_today_in_auckland(binary: Path, tmp_path: Path) -> None:
    with at(binary, tmp_path, "2026-11-30 12:30:00") as server:
        account = sign_up(server)
        ann = account.create()

        def statuses(birthday: str) -> list[int]:
            fields: dict[str, Any] = {"first_name": "Ann", "birthday": birthday}
            batch = account.call("POST", "contacts/batch",
                                 {"operations": [{"op": "create", "contact": fields}]})
            return [account.call("POST", "contacts", fields).status,
                    account.call("PUT", f"contacts/{ann['id']}", fields).status,
                    account.call("PATCH", f"contacts/{ann['id']}", {"birthday": birthday}).status,
                    batch.json["results"][0]["status"]]

        assert statuses("2026-12-01") == [201, 200, 200, 201]
        assert statuses("2026-12-02") == [422, 422, 422, 422]


def test_the_server_does_not_start_without_time_zone_data(binary: Path, tmp_path: Path) -> None:
    """Without time zone data the server does not start."""
    (tmp_path / "empty").mkdir()
    server = Server(binary, tmp_path, TZDIR=tmp_path / "empty")
    done = server.run("serve")
    assert done.returncode == 1 and "time zones: cannot read" in done.stderr, done.stderr
    assert "tzdata" in done.stderr
    doctor = server.run("doctor")
    assert doctor.returncode == 1 and "FAIL  zones" in doctor.stdout, doctor.stdout
