"""Power cuts between a request and its answer: who repeats it under its key does it once."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kith import API, Account, Client, Server, sign_in, sign_up


def batch(number: int, count: int) -> dict[str, Any]:
    return {"operations": [{"op": "create", "contact": {"first_name": f"B{number} {i}"}}
                           for i in range(count)]}


def send_until_gone(account: Account, requests: list[tuple[str, Any, str]],
                    answers: dict[str, str]) -> None:
    client = Client(account.server.port, account.tokens["access_token"])
    try:
        for path, body, key in requests:
            reply = client.call("POST", f"{API}/{path}", body, idempotency_key=key)
            assert reply.status in (200, 201), reply
            answers[key] = reply.text
    except OSError:
        return
    except Exception as broken:  # noqa: BLE001  (the connection breaks in many ways)
        if not type(broken).__module__.startswith("http"):
            raise


def wind_back_leases(server: Server) -> None:
    """As if the lease of the dead process had run out."""
    server.sql("update idempotency_keys set lease_until = 0")


@pytest.mark.parametrize("seconds", [0.15, 0.4])
def test_what_a_kill_cut_off_is_done_once_when_repeated(binary: Path, tmp_path: Path,
                                                        seconds: float) -> None:
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    wanted = {
        "lone": [("contacts", {"first_name": f"L{i}"}, f"lone-{i}") for i in range(2000)],
        "many": [("contacts/batch", batch(i, 250), f"many-{i}") for i in range(100)],
    }
    answers: dict[str, str] = {}
    threads = [threading.Thread(target=send_until_gone, args=(account, each, answers))
               for each in wanted.values()]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.kill()
    for thread in threads:
        thread.join()
    wind_back_leases(server)
    with server:
        account = sign_in(server, account.email)
        expected = 0
        for requests in wanted.values():
            done = [request for request in requests if request[2] in answers]
            for path, body, key in requests[: len(done) + 1]:  # the last was cut off
                reply = account.call("POST", path, body, idempotency_key=key)
                assert reply.status in (200, 201), reply
                if key in answers:
                    assert reply.text == answers[key], "the answer that was given"
                expected += len(body.get("operations", [0]))
        found = [each["first_name"] for each in account.items("contacts?limit=500")]
        assert len(found) == len(set(found)) == expected


@pytest.mark.parametrize("seconds", [0.05, 0.12, 0.25])
def test_a_kill_in_a_batch_leaves_whole_operations(binary: Path, tmp_path: Path,
                                                   seconds: float) -> None:
    """A contact is there with its history and its revision, or not at all."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    requests = [("contacts/batch", batch(i, 1000), f"k{i}") for i in range(50)]
    answers: dict[str, str] = {}
    thread = threading.Thread(target=send_until_gone, args=(account, requests, answers))
    thread.start()
    time.sleep(seconds)
    server.kill()
    thread.join()
    with server:
        account = sign_in(server, account.email)
        changes: list[dict[str, Any]] = []
        token = None
        while True:
            path = "contacts/changes" + (f"?since={token}" if token else "")
            page = account.call("GET", path).json
            changes, token = changes + page["items"], page["next_token"]
            if not page["has_more"]:
                break
        found = {each["id"] for each in account.items("contacts?limit=500")}
        assert {each["id"] for each in changes} == found
        assert sorted(each["revision"] for each in changes) == list(range(1, len(found) + 1))
        assert len(found) % 100 == 0, "a transaction is there or is not"
        assert len(found) >= 1000 * len(answers)
        for each in changes[-3:]:
            entries = account.items(f"contacts/{each['id']}/history")
            assert [entry["revision"] for entry in entries] == [each["revision"]]
