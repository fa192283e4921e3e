"""KITH_CONTACTS_MAX: the maximum number of contacts of an account."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Iterator

import pytest

from kith import Account, Reply, Server, sign_up

MOST = 5


@pytest.fixture(scope="module")
def small(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("small")
    with Server(binary, folder, KITH_CONTACTS_MAX=str(MOST), KITH_THREADS="2") as server:
        yield server


@pytest.fixture
def full(small: Server) -> Account:
    account = sign_up(small)
    for number in range(MOST):
        account.create(first_name=f"Ann{number}")
    return account


def create(account: Account, **headers: str) -> Reply:
    return account.call("POST", "contacts", {"first_name": "One more"}, **headers)


def test_a_create_beyond_the_quota_is_refused(full: Account) -> None:
    """A create beyond the quota is refused."""
    reply = create(full)
    assert (reply.status, reply.json["type"].rsplit(":", 1)[1]) == (403, "too-many-contacts")
    assert str(MOST) in reply.json["detail"]
    assert len(full.items("contacts")) == MOST


def test_contacts_can_be_changed_at_the_quota(full: Account) -> None:
    """Existing contacts can be changed at the quota."""
    ann = full.items("contacts")[0]
    assert full.call("PATCH", f"contacts/{ann['id']}", {"notes": "n"}).status == 200
    assert full.call("DELETE", f"contacts/{ann['id']}").status == 204
    assert full.call("POST", f"contacts/{ann['id']}/restore").status == 200


def test_the_trash_counts_against_the_quota(full: Account) -> None:
    """Contacts in the trash count against the quota."""
    ann = full.items("contacts")[0]
    assert full.call("DELETE", f"contacts/{ann['id']}").status == 204
    assert create(full).status == 403
    assert full.call("DELETE", f"contacts/trash/{ann['id']}").status == 204
    assert create(full).status == 201
    assert create(full).status == 403


def test_a_batch_creates_contacts_up_to_the_quota(small: Server) -> None:
    """A batch creates contacts up to the quota."""
    account = sign_up(small)
    account.create()
    operations = [{"op": "create", "contact": {"first_name": f"B{n}"}} for n in range(2 * MOST)]
    reply = account.call("POST", "contacts/batch", {"operations": operations})
    statuses = [each["status"] for each in reply.json["results"]]
    assert statuses == [201] * (MOST - 1) + [403] * (MOST + 1)
    assert len(account.items("contacts")) == MOST


@pytest.mark.parametrize("first", [
    {"op": "create", "contact": {"first_name": "X", "email": "bad"}},
    {"op": "create", "contact": {"fax": "1"}},
    {"op": "create", "id": "{taken}", "contact": {"first_name": "X"}},
    {"op": "create", "id": "{trashed}", "contact": {"first_name": "X"}},
])
@pytest.mark.parametrize("count", [1, 3])
def test_a_refused_create_uses_no_quota(small: Server, first: Any, count: int) -> None:
    """A refused create uses no quota."""
    account = sign_up(small)
    made = [account.create() for _ in range(MOST - 1)]
    account.call("DELETE", f"contacts/{made[1]['id']}")
    refused = json.loads(json.dumps(first).replace("{taken}", made[0]["id"]).replace(
        "{trashed}", made[1]["id"]))
    again = [refused] + [{"op": "create", "contact": {"first_name": "X", "email": "bad"}}
                         ] * (count - 1)
    operations = [*again, {"op": "create", "contact": {"first_name": "Room"}},
                  {"op": "create", "contact": {"first_name": "No room"}}]
    reply = account.call("POST", "contacts/batch", {"operations": operations})
    statuses = [each["status"] for each in reply.json["results"]]
    assert statuses[0] in (409, 422) and statuses[-2:] == [201, 403], statuses


def test_refused_creates_of_a_large_batch_use_no_quota(small: Server) -> None:
    """Refused creates of a large batch use no quota."""
    account = sign_up(small)
    bad = {"op": "create", "contact": {"first_name": "X", "email": "bad"}}
    good = {"op": "create", "contact": {"first_name": "X"}}
    reply = account.call("POST", "contacts/batch", {"operations": [bad] * 500 + [good] * 50})
    statuses = [each["status"] for each in reply.json["results"]]
    assert statuses.count(201) == MOST and statuses.count(403) == 50 - MOST


def test_a_repeat_at_the_quota_returns_its_contact(small: Server) -> None:
    """A repeated request at the quota returns its contact."""
    account = sign_up(small)
    for number in range(MOST - 1):
        account.create()
    first = create(account, idempotency_key="k")
    assert first.status == 201
    again = create(account, idempotency_key="k")
    assert (again.status, again.json["id"]) == (201, first.json["id"])


def test_concurrent_creates_stop_at_the_quota(small: Server) -> None:
    account = sign_up(small)

    def create_somehow(number: int) -> list[int]:
        if number % 8 == 0:
            batch = {"operations": [{"op": "create", "contact": {"first_name": "B"}}] * 2}
            reply = account.call("POST", "contacts/batch", batch)
            return [each["status"] for each in reply.json["results"]]
        if number % 2 == 0:
            return [create(account).status]
        path = f"contacts/0193c1e2-0000-7000-8000-{number:012x}"
        return [account.call("PUT", path, {"first_name": "P"}, if_none_match="*").status]

    with ThreadPoolExecutor(24) as pool:
        statuses = [each for some in pool.map(create_somehow, range(24)) for each in some]
    assert sorted(statuses) == [201] * MOST + [403] * (len(statuses) - MOST)
    assert len(account.items("contacts")) == MOST


def test_each_account_has_its_own_quota(full: Account, small: Server) -> None:
    """Each account has its own quota."""
    assert create(full).status == 403
    assert create(sign_up(small)).status == 201


def test_the_quota_holds_after_a_restart(binary: Path, tmp_path: Path) -> None:
    """The quota holds after a restart."""
    with Server(binary, tmp_path, KITH_CONTACTS_MAX="2") as server:
        account = sign_up(server)
        account.create(), account.create()
        server.stop()
        server.start()
        assert [create(account).status for _ in range(3)] == [403] * 3
        assert len(account.items("contacts")) == 2
