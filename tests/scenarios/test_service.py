"""Routes other than contacts: health, metrics, documents, pages."""

import contextlib
import gzip
import json
import re
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from databases import free_port
from kith import API, Account, Client, Server, sign_up
from mailing import wait_until
from scenario import Scenario, play, table

ROOT = Path(__file__).parents[2]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
SERVICE = [
    Scenario("health", "GET", "/healthz", 200, holds=('"status":"ok"', '"commit":"')),
    Scenario("ready", "GET", "/readyz", 200, holds=('"status":"ready"', '"database":"ok"')),
    Scenario("start page", "GET", "/", 200, holds=("text/html", "content-security-policy",
                                                    "/docs", "/redoc")),
    Scenario("setup page", "GET", "/setup", 200, holds=("text/html", "referrer-policy")),
    Scenario("Swagger UI", "GET", "/docs", 200, holds=("text/html",), lacks=("//cdn", "//unpkg")),
    Scenario("ReDoc", "GET", "/redoc", 200, holds=("text/html",), lacks=("//cdn", "//unpkg")),
    Scenario("OpenAPI document", "GET", "/openapi.json", 200,
             holds=('"openapi":"3.1.0"', '"/api/v1/contacts/{id}"')),
    Scenario("an asset", "GET", "/assets/kith.css", 200, holds=("text/css", "cache-control")),
    Scenario("an unknown asset", "GET", "/assets/none.css", 404),
    Scenario("a path outside the assets", "GET", "/assets/../secret.key", 404),
    Scenario("an escaped path outside the assets", "GET", "/assets/%2e%2e%2fsecret.key", 404),
    Scenario("an unknown page", "GET", "/nowhere", 404, holds=("urn:kith:problem:not-found",)),
    Scenario("the API, in a browser", "GET", "contacts/nothing", 404, headers={"accept": BROWSER},
             holds=("urn:kith:problem:not-found",), lacks=("<html",)),
    Scenario("the API's root", "GET", "/api/v1", 404),
    Scenario("the database", "GET", "/kith.db", 404),
    Scenario("post to a page", "POST", "/", 405, {}, holds=("allow: GET, HEAD",)),
    Scenario("metrics from a proxy", "GET", "/metrics", 404,
             headers={"authorization": None, "x_forwarded_for": "192.0.2.1"}),
]


@table(*SERVICE)
def test_service_routes(row: Scenario, account: Account) -> None:
    play(row, account)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_browsers_get_errors_as_pages(server: Server, method: str) -> None:
    reply = server.call(method, "/nowhere", accept=BROWSER)
    assert reply.status == 404
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["vary"] == "Accept"
    if method == "GET":
        assert "There is nothing at this address." in reply.text
        assert reply.headers["x-request-id"] in reply.text
        for url in re.findall(r'(?:src|href)="([^"]+)"', reply.text):
            assert server.call("GET", url).status == 200, url


def test_metrics_count_requests(server: Server) -> None:
    account = sign_up(server)
    for _ in range(3):
        account.call("GET", "users/me")
    account.call("GET", "contacts/018f3e3e-0000-7000-8000-000000000000")
    text = server.call("GET", "/metrics").text
    row = r'kith_http_requests_total\{[^}]*route="get_me"[^}]*\} (\d+)'
    assert int(re.search(row, text)[1]) >= 3, text
    assert 'kith_http_requests_total{route="get_contact",code="4xx"} ' in text
    assert "018f3e3e" not in text and account.email not in text, "no label grows with the users"
    for name in ("process_resident_memory_bytes", "kith_http_request_duration_seconds_bucket"):
        assert name in text


def test_metrics_report_the_database(server: Server, database: str) -> None:
    """The metrics report the database."""
    account = sign_up(server)
    contact = account.create(first_name="Ada")
    counts = {lane: f'kith_database_duration_seconds_count{{lane="{lane}"}}'
              for lane in ("point", "write")}
    before = {lane: server.metric(name) for lane, name in counts.items()}
    for _ in range(3):
        account.call("GET", f"contacts/{contact['id']}")
        account.create(first_name="Ada")
    for lane, name in counts.items():
        assert server.metric(name) >= before[lane] + 3
        pending = f'kith_database_pending{{lane="{lane}"}}'
        wait_until(lambda: server.metric(pending) == 0)
        assert server.metric(f'kith_database_failures_total{{lane="{lane}",kind="refused"}}') == 0
    client = Client(server.port, account.tokens["access_token"])  # one loop with one cache
    for _ in range(2):
        client.call("GET", f"{API}/users/me")
    client.connection.close()
    assert server.metric('kith_principals_total{from="memory"}') >= 1
    assert server.metric("kith_passwords_hashed_total") >= 1
    assert server.metric('kith_disk_free_bytes{of="data"}') > 0
    text = server.call("GET", "/metrics").text
    name = {"sqlite": "sqlite", "postgres": "postgresql"}[database]
    assert re.search(rf'^kith_build_info{{.*database="{name}"}} 1$', text, re.MULTILINE)
    if database == "postgres":
        assert server.metric('kith_database_connections{lane="write"}') >= 1
    else:
        assert server.metric('kith_database_file_bytes{file="database"}') >= 4096


def test_metrics_report_connections_and_loops(server: Server) -> None:
    """The metrics report connections and loops."""
    assert server.metric("kith_connections") >= 1
    assert server.metric('kith_connections_refused_total{limit="process"}') == 0
    assert server.metric("kith_loop_holds_total") >= 0
    assert 0 <= server.metric("kith_loop_slowest_handler_seconds") < 30


@pytest.mark.parametrize("event, fails", [("held", True), ("still held", True), ("seen", False)])
def test_a_blocked_loop_fails_its_test(tmp_path: Path, event: str, fails: bool) -> None:
    """A line about a blocked loop in the server's log fails the test (loop_watch_test.cpp)."""
    line = f"[2026-11-30 05:25:15.869] [warning] loop: {event} ms=2500 route=list_contacts\n"
    (tmp_path / "err.log").write_text(line)
    context = pytest.raises(AssertionError) if fails else contextlib.nullcontext()
    with context:
        Server(tmp_path / "kith", tmp_path).check_loops()


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip", "via"])
def test_clients_behind_a_local_proxy_cannot_read_metrics(server: Server, header: str) -> None:
    """Clients behind a local proxy cannot read the metrics."""
    assert server.call("GET", "/metrics", **{header: "192.0.2.1"}).status == 404


def test_metrics_can_be_open(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path, KITH_METRICS="open") as server:
        assert server.call("GET", "/metrics", x_forwarded_for="192.0.2.1").status == 200


def test_pages_are_compressed_and_cached(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/assets/swagger-ui-bundle.js",
                       headers={"Accept-Encoding": "gzip, br"})
    response = connection.getresponse()
    packed = response.read()
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(packed)) > 3 * len(packed)
    plain = server.call("GET", "/assets/swagger-ui-bundle.js")
    assert plain.text.encode() == gzip.decompress(packed)
    assert "accept-encoding" in plain.headers["vary"].lower()
    etag = plain.etag
    assert server.call("GET", "/assets/swagger-ui-bundle.js", if_none_match=etag).status == 304


@pytest.mark.parametrize("page", ["/", "/setup", "/docs", "/redoc"])
def test_pages_load_only_local_resources(server: Server, page: str) -> None:
    """Pages load only local resources."""
    text = server.call("GET", page).text
    for url in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert url.startswith("/"), f"{page} loads {url} from elsewhere"
        assert server.call("GET", url).status == 200, url


def test_openapi_is_the_golden_file(server: Server) -> None:
    """API changes are visible in review: `kith openapi > api/openapi.json`."""
    printed = server.run("openapi").stdout
    assert json.loads(printed) == server.call("GET", "/openapi.json").json
    assert printed == (ROOT / "api" / "openapi.json").read_text()


def test_openapi_has_unique_ids_and_valid_references(server: Server) -> None:
    """The OpenAPI document has unique ids, valid references, and all response statuses."""
    document = server.call("GET", "/openapi.json").json
    ids = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(ids) == len(set(ids))
    assert all(tag["description"] for tag in document["tags"])
    text = json.dumps(document)
    for reference in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert reference in document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            url = path.replace("{id}", "018f3e3e-0000-7000-8000-000000000000")
            url = url.replace("{name}", "kith.css")
            reply = server.call(method.upper(), url)
            assert str(reply.status) in operation["responses"], (method, path, reply.status)


def test_openapi_has_types_and_errors(server: Server) -> None:
    document = server.call("GET", "/openapi.json").json
    schemas = document["components"]["schemas"]
    for name in ("before", "after"):
        types = schemas["FieldDifference"]["properties"][name]["type"]
        assert types == ["string", "boolean", "number", "object", "array", "null"]
    assert "403" in document["paths"][f"{API}/contacts"]["post"]["responses"]
    favorite = schemas["ContactFieldsPatch"]["properties"]["favorite"]
    assert "in answers" not in favorite["description"]
def example_of(document: dict[str, Any], path: str) -> dict[str, Any]:
    """The body that Swagger UI offers for a POST."""
    body = document["paths"][f"{API}/{path}"]["post"]["requestBody"]["content"]["application/json"]
    if "example" in body:
        example: dict[str, Any] = body["example"]
        return example
    schema = document["components"]["schemas"][body["schema"]["$ref"].rsplit("/", 1)[1]]
    return {name: each["examples"][0] for name, each in schema["properties"].items()}


def test_the_request_examples_work_unchanged(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        document = server.call("GET", "/openapi.json").json
        sign_up_body = example_of(document, "auth/signup")
        assert server.call("POST", f"{API}/auth/signup", sign_up_body).status == 201
        account = Account(server, sign_up_body["email"])
        signed_in = server.call("POST", f"{API}/auth/login", example_of(document, "auth/login"))
        account.tokens = signed_in.json
        made = account.call("POST", "contacts", example_of(document, "contacts"))
        assert made.status == 201, made
        batch = account.call("POST", "contacts/batch", example_of(document, "contacts/batch"))
        assert [each["status"] for each in batch.json["results"]] == [201, 201]


def test_authorize_signs_in_with_a_password(server: Server, account: Account) -> None:
    """As Swagger UI sends the OAuth2 password flow: a form, and a client without credentials."""
    document = server.call("GET", "/openapi.json").json
    flow = document["components"]["securitySchemes"]["password"]["flows"]["password"]
    form = f"grant_type=password&username={account.email}&password=correct+horse+battery"
    reply = server.call("POST", flow["tokenUrl"], form, authorization="Basic Og==",
                        content_type="application/x-www-form-urlencoded")
    assert reply.status == 200 and reply.json["token_type"] == "Bearer"
    contacts = document["paths"][f"{API}/contacts"]["get"]
    assert contacts["security"][0] == {"password": []}


def test_openapi_begins_with_contacts(server: Server) -> None:
    document = server.call("GET", "/openapi.json").json
    tags = [tag["name"] for tag in document["tags"]]
    assert (tags[0], tags[-1]) == ("contacts", "admin")
    assert document["info"]["description"].startswith("This is the API of Kith")


def test_openapi_is_as_strict_as_the_server(server: Server) -> None:
    document = server.call("GET", "/openapi.json").json
    schemas = document["components"]["schemas"]
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    requests = re.findall(r"#/components/schemas/(\w+)", json.dumps(
        [operation.get("requestBody", {}) for operation in operations]))
    assert "Batch" in requests and "AddressRequest" in requests
    for name in {*requests, "BatchOperation", "ContactFieldsPatch"}:
        assert schemas[name]["additionalProperties"] is False, name
    for name in ("Contact", "FoundContact", "TrashedContact", "UpcomingBirthday"):
        assert schemas[name]["properties"]["favorite"]["type"] == "boolean", name
    patch = schemas["ContactFieldsPatch"]
    assert patch["properties"]["favorite"]["type"] == ["boolean", "null"] and "anyOf" not in patch
    assert {each["required"][0] for each in schemas["ContactFields"]["anyOf"]} == {
        "first_name", "last_name", "card"}
    assert {each["required"][0] for each in schemas["Login"]["anyOf"]} == {"email", "username"}
    assert schemas["Batch"]["properties"]["operations"]["minItems"] == 1
    assert schemas["BatchResult"]["properties"]["problem"]["anyOf"] == [
        {"$ref": "#/components/schemas/Problem"}, {"type": "null"}]
    assert schemas["BatchResult"]["properties"]["revision"]["format"] == "int64"
    assert "default" not in json.dumps(schemas["UserChangePatch"])
    parameters = {(each["in"], each["name"]): each["schema"] for operation in operations
                  for each in operation.get("parameters", [])}
    key = parameters["header", "Idempotency-Key"]
    assert (key["minLength"], key["maxLength"]) == (1, 255) and re.fullmatch(key["pattern"], "!~")
    zone = parameters["query", "tz"]["pattern"]
    for name in ("UTC", "Europe/Kyiv", "Etc/GMT+12", "America/Argentina/Buenos_Aires"):
        assert re.search(zone, name)
    for name in ("", "../UTC", "/UTC", "Europe/", "UTC "):
        assert not re.search(zone, name)
    birthday = schemas["ContactFields"]["properties"]["birthday"]["pattern"]
    assert re.search(birthday, "--02-29") and not re.search(birthday, "02-29")
    assert parameters["query", "cursor"]["minLength"] == parameters["query", "since"]["minLength"]
    assert all("default" in operation["responses"] for operation in operations)


@pytest.mark.parametrize("path", ["/healthz", f"{API}/contacts", "/nowhere", "/"])
def test_every_response_has_a_request_id_and_its_duration(server: Server, path: str) -> None:
    replies = [server.call("GET", path) for _ in range(2)]
    assert len({reply.headers["x-request-id"] for reply in replies}) == 2
    for reply in replies:
        assert re.fullmatch(r"app;dur=\d+\.\d+", reply.headers["server-timing"])
        assert reply.headers["x-content-type-options"] == "nosniff"


def schemas_of_answers(document: dict[str, Any]) -> set[str]:
    """The names of all response schemas, including nested ones."""
    found = re.findall(r'#/components/schemas/(\w+)', json.dumps(
        [operation["responses"] for path in document["paths"].values()
         for operation in path.values()]))
    names: set[str] = set()
    while found:
        name = found.pop()
        if name not in names:
            names.add(name)
            inner = json.dumps(document["components"]["schemas"][name])
            found += re.findall(r'#/components/schemas/(\w+)', inner)
    return names


def test_only_responses_that_issue_a_secret_contain_one(server: Server) -> None:
    """Only responses that issue a secret contain one."""
    document = server.call("GET", "/openapi.json").json
    handed_out = {("TokenPair", "access_token"), ("TokenPair", "refresh_token"),
                  ("TokenPair", "token_type"), ("NewAppPassword", "password"),
                  ("Changes", "next_token"), ("FullChanges", "next_token")}
    found = {(name, field) for name in schemas_of_answers(document)
             for field in document["components"]["schemas"][name].get("properties", {})
             if re.search("password|hash|token|secret", field)}
    assert found <= handed_out, found - handed_out
    assert ("TokenPair", "access_token") in found and ("NewAppPassword", "password") in found


@pytest.mark.parametrize("name", ["alerts.yml", "grafana.json"])
def test_dashboards_and_alerts_use_existing_metrics(binary: Path, tmp_path: Path, database: str,
                                                    name: str) -> None:
    """Dashboards and alert rules refer only to existing metrics. A rule with a missing metric would
    never fire."""
    others = {"sqlite": {"kith_database_connections", "kith_database_disconnects_total"},
              "postgres": {"kith_database_file_bytes"}}[database]
    others.add("kith_tls_certificate_expiry_timestamp_seconds")  # tested in test_tls.py
    text = (ROOT / "deploy" / name).read_text()
    asked = set(re.findall(r"\b((?:kith|process)_\w+)(?:[{\[]| [<>=])", text))
    assert len(asked) > 4
    with Server(binary, tmp_path, KITH_REDIS_URL=f"redis://127.0.0.1:{free_port()}") as server:
        sign_up(server)
        wait_until(lambda: "timestamp_seconds{" in server.call("GET", "/metrics").text)
        told = server.call("GET", "/metrics").text
    missing = [each for each in asked - others
               if not re.search(rf"^{each}[ {{]", told, re.MULTILINE)]
    assert not missing


@pytest.mark.parametrize("form, written", [("text", " trace={}\n"), ("json", '"trace_id":"{}"')])
def test_the_log_contains_the_trace_id(binary: Path, tmp_path: Path, form: str,
                                       written: str) -> None:
    """The log contains the trace id."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    with Server(binary, tmp_path, KITH_LOG_FORMAT=form) as server:
        server.call("GET", "/healthz", traceparent=f"00-{trace}-00f067aa0ba902b7-01")
        server.call("GET", "/healthz", traceparent=f"00-{trace[:-1]}\t-00f067aa0ba902b7-01")
    assert server.output().count("trace") == 1
    assert written.format(trace) in server.output()
