"""Mails: contents, transport, and administration."""

import email
import email.policy
import re
import stat
from pathlib import Path

import pytest

from kith import API, PASSWORD, Account, Server, sign_up
from mailing import (BODY_WORDS, administrator, alter, change_password, mails, multiply,
                     wait_for_error, wait_until)
from scenario import Scenario, play, table
from smtp_sink import PASSWORD as SMTP_PASSWORD
from smtp_sink import URL_LOGIN, USER, Sink, certificate, free_port, text_of

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def everything_said(server: Server) -> str:
    return server.output() + server.diagnostics()


def check_no_secret(server: Server, *more: str) -> None:
    for text in (everything_said(server), *more):
        for secret in (SMTP_PASSWORD, URL_LOGIN.split(":")[1], *BODY_WORDS):
            assert secret not in text


# --- files --------------------------------------------------------------------------------------


def test_mails_are_files_without_a_mail_server(binary: Path, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://kith.example.org:{port}"
    with Server(binary, tmp_path, KITH_LISTEN=f"127.0.0.1:{port}",
                KITH_PUBLIC_URL=url + "/") as server:
        account = sign_up(server, "files")
        change_password(account)
        outbox = tmp_path / "data" / "outbox"
        wait_until(lambda: outbox.is_dir() and list(outbox.glob("*.eml")))
        path, = outbox.iterdir()
        wait_until(lambda: str(path) in server.diagnostics())
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}Z-[0-9a-f-]{36}\.eml$", path.name)
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == account.email
    assert message["From"] == "Kith <kith@kith.example.org>"
    assert message["Subject"] == "Your password was changed"
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.match(r"<[0-9a-f-]{36}@kith\.example\.org>$", message["Message-ID"])
    assert f"\n{url}/\n" in text_of(message)
    html = message.get_body(("html",)).get_content()
    assert f'href="{url}/"' in html and "http-equiv" not in html and "src=" not in html
    said = server.diagnostics()
    assert "KITH_SMTP_URL is not set" in said
    assert account.email not in said
    check_no_secret(server)


def test_a_wrong_password_sends_nothing(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        admin = administrator(server)
        body = {"current_password": "not my password", "new_password": PASSWORD}
        assert admin.call("PUT", "users/me/password", body).status == 422
        assert mails(admin) == []


def test_a_password_change_by_command_sends_a_mail(binary: Path, tmp_path: Path) -> None:
    """A password change by the command line sends a mail, too."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        account = sign_up(server)
        run = server.run("user", "passwd", account.email, text="another good password\n")
        assert run.returncode == 0, run
        message, = sink.wait_for(1)
        assert message["To"] == account.email
        assert server.run("user", "passwd", "nobody@example.org", text=PASSWORD).returncode == 1


# --- SMTP ---------------------------------------------------------------------------------------


def test_mails_are_sent_with_authentication_and_tls(binary: Path, tmp_path: Path) -> None:
    tls, cert = certificate(tmp_path)
    with Sink(tls=tls, login=True) as sink:
        url = sink.url("localhost", URL_LOGIN, f"ca={cert}")
        with Server(binary, tmp_path / "a", KITH_SMTP_URL=url,
                    KITH_MAIL_FROM="Käthe <k@bücher.example>") as server:
            account = sign_up(server)
            change_password(account)
            message, = sink.wait_for(1)
            admin = administrator(server)
            wait_until(lambda: mails(admin)[0]["status"] == "sent")
    assert sink.logins == [(USER.encode(), SMTP_PASSWORD.encode())]
    assert str(message["From"]) == "Käthe <k@xn--bcher-kva.example>"
    check_no_secret(server)


def test_smtps_is_encrypted_from_the_first_byte(binary: Path, tmp_path: Path) -> None:
    """smtps:// uses TLS from the first byte."""
    tls, cert = certificate(tmp_path)
    with Sink(tls=tls, implicit=True, login=True) as sink:
        url = sink.url("localhost", URL_LOGIN, f"ca={cert}", scheme="smtps")
        run = Server(binary, tmp_path, KITH_SMTP_URL=url).run("mail", "test", "anna@example.org")
        assert (run.returncode, run.stderr) == (0, ""), run
        assert f"sent through localhost:{sink.port}" in run.stdout
        assert len(sink.wait_for(1)) == 1


def test_an_untrusted_certificate_is_refused(binary: Path, tmp_path: Path) -> None:
    """An untrusted certificate is refused."""
    tls, cert = certificate(tmp_path)
    with Sink(tls=tls, login=True) as sink:
        with Server(binary, tmp_path / "a",
                    KITH_SMTP_URL=sink.url("localhost", URL_LOGIN, "")) as server:
            admin = administrator(server)
            change_password(admin)
            failed = wait_for_error(admin)
            assert "certificate" in failed["error"], failed
            assert failed["status"] == "queued"
            metrics = server.call("GET", "/metrics").text
            assert 'kith_mail_failures_total{kind="tls"} 1' in metrics
            check_no_secret(server, failed["error"])
        wrong_name = sink.url("127.0.0.1", URL_LOGIN, f"ca={cert}")
        run = Server(binary, tmp_path / "b", KITH_SMTP_URL=wrong_name).run(
            "mail", "test", "anna@example.org")
        assert run.returncode == 1 and "127.0.0.1" in run.stderr, run
    assert sink.logins == [] and sink.messages == []


def test_no_password_or_mail_is_sent_without_encryption(binary: Path, tmp_path: Path) -> None:
    """A server, or an attacker in between, that offers no STARTTLS gets neither password nor
    mail."""
    with Sink(login=True) as sink:
        url = sink.url(login=URL_LOGIN, query="")
        run = Server(binary, tmp_path, KITH_SMTP_URL=url).run("mail", "test", "anna@example.org")
    assert run.returncode == 1 and len(run.stderr.splitlines()) == 1, run
    assert sink.logins == [] and sink.messages == []


def test_failed_authentication_is_reported(binary: Path, tmp_path: Path) -> None:
    """Failed authentication is reported."""
    with Sink(login=True) as sink:
        url = sink.url(login="kith:another%20secret")
        run = Server(binary, tmp_path, KITH_SMTP_URL=url).run("mail", "test", "anna@example.org")
    assert run.returncode == 1 and "535" in run.stderr, run
    assert "another" not in run.stderr + run.stdout


def test_addresses_are_sent_in_ascii(binary: Path, tmp_path: Path) -> None:
    with Sink() as sink:
        server = Server(binary, tmp_path, KITH_SMTP_URL=sink.url())
        run = server.run("mail", "test", "anna@Bücher.example")
        assert run.returncode == 0, run
        message, = sink.wait_for(1)
    assert sink.recipients == ["anna@xn--bcher-kva.example"]
    assert message["To"] == "anna@xn--bcher-kva.example"
    assert "Grüße, привіт" in text_of(message)


@pytest.mark.parametrize("name", ["Anna", "Zoë Krüger"])
def test_mail_files_are_readable_text(binary: Path, tmp_path: Path, name: str) -> None:
    """The link is on one line, complete, and can be opened from the file."""
    long_path = "/a" * 60
    with Server(binary, tmp_path, KITH_PUBLIC_URL=f"http://kith.example.org{long_path}",
                KITH_MAIL_FROM=f"{name} <kith@example.org>") as server:
        account = sign_up(server, "reader")
        server.call("PATCH", f"{API}/users/me", {"username": name},
                    authorization=f"Bearer {account.tokens['access_token']}")
        assert server.call("POST", f"{API}/auth/password/forgot",
                           {"email": account.email}).status == 202
        outbox = tmp_path / "data" / "outbox"
        wait_until(lambda: outbox.is_dir() and list(outbox.glob("*.eml")))
        path, = outbox.glob("*.eml")
        text = path.read_bytes().decode()
        links = re.findall(r"^(http://\S+/auth/reset/?\S*)\r$", text, re.MULTILINE)
        assert len(links) == 1 and long_path in links[0] and len(links[0]) > 150, text
        assert "quoted-printable" not in text and "Content-Transfer-Encoding: 7bit" in text
        shown = server.run("mail", "show")
        assert shown.returncode == 0 and str(path) in shown.stdout and links[0] in shown.stdout
        assert links[0].rsplit("/", 1)[1] not in server.diagnostics() + server.output()


def test_mail_show_reports_that_there_are_no_mails(binary: Path, tmp_path: Path) -> None:
    """`kith mail show` without mails reports that there are none."""
    run = Server(binary, tmp_path).run("mail", "show")
    assert run.returncode == 1 and "There are no mails" in run.stderr and run.stdout == ""


# --- kith mail test -----------------------------------------------------------------------------


def test_a_test_mail_is_written_to_a_file(binary: Path, tmp_path: Path) -> None:
    run = Server(binary, tmp_path).run("mail", "test", "anna@example.org")
    assert run.returncode == 0, run
    path = re.fullmatch(r"mail to anna@example\.org: written to (.*\.eml)\n", run.stdout)[1]
    assert "Subject: A test mail from Kith" in Path(path).read_text()


@pytest.mark.parametrize("address, url, reason", [
    ("anna", "", "must be an e-mail address"),
    ("anna@example.org\r\nBcc: eve@example.org", "", "must be an e-mail address"),
    ("anna@example.org", f"smtp://{URL_LOGIN}@127.0.0.1:{free_port()}", "onnect"),
    ("anna@example.org", f"smtps://{URL_LOGIN}@nowhere.invalid", "resolve"),
])
def test_a_test_mail_with_invalid_arguments_is_refused(binary: Path, tmp_path: Path, address: str,
                                                       url: str, reason: str) -> None:
    """An invalid address or mail server ends `kith mail test` with a one-line error."""
    run = Server(binary, tmp_path, KITH_SMTP_URL=url).run("mail", "test", address)
    assert run.returncode == 1 and run.stdout == ""
    assert reason in run.stderr and len(run.stderr.splitlines()) == 1, run
    assert SMTP_PASSWORD not in run.stderr and "s3cret" not in run.stderr


@pytest.mark.parametrize("answer", ["450 4.2.1 come back later", "550 5.1.1 no such user"])
def test_a_refused_test_mail_is_reported(binary: Path, tmp_path: Path, answer: str) -> None:
    with Sink() as sink:
        sink.answers = [answer]
        run = Server(binary, tmp_path, KITH_SMTP_URL=sink.url()).run("mail", "test", "a@b.org")
    assert run.returncode == 1 and answer in run.stderr, run


@pytest.mark.parametrize("name, value", [
    ("KITH_SMTP_URL", "smtp://kith:s3cret@mail.example.org?tls=off"),
    ("KITH_SMTP_URL", "mail.example.org"), ("KITH_SMTP_URL", "smtp://kith:s3cret@a b"),
    ("KITH_MAIL_FROM", "Kith"), ("KITH_MAIL_FROM", "Kith <kith@example.org>\nBcc: a@b.org"),
])
def test_an_invalid_setting_is_refused(binary: Path, tmp_path: Path, name: str, value: str) -> None:
    """An invalid setting is refused."""
    run = Server(binary, tmp_path, **{name: value}).run("serve")
    assert run.returncode == 2 and name in run.stderr, run
    assert "s3cret" not in run.stderr


def test_the_smtp_url_is_a_secret(binary: Path, tmp_path: Path) -> None:
    url = f"smtp://{URL_LOGIN}@mail.example.org"
    run = Server(binary, tmp_path, KITH_SMTP_URL=url).run("config")
    shown = 'KITH_SMTP_URL="smtp://' + URL_LOGIN.split(":")[0] + ':********@mail.example.org"'
    assert shown in run.stdout and "s3cret" not in run.stdout
    assert Server(binary, tmp_path).run("serve", "--smtp-url", url).returncode == 2
    (tmp_path / "url").write_text(url + "\n")
    run = Server(binary, tmp_path, KITH_SMTP_URL_FILE=tmp_path / "url").run("config")
    assert shown in run.stdout


# --- administration -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(binary: Path, tmp_path_factory: pytest.TempPathFactory):
    """A server with an administrator and five mails, of which the last one has failed."""
    with Server(binary, tmp_path_factory.mktemp("office")) as server:
        admin = administrator(server)
        change_password(admin)
        wait_until(lambda: mails(admin)[0]["status"] == "sent")
        alter(server, "update mail_outbox set next_try_at = 9000000000000000, sent_at = null, "
                      "text_part = 'SECRET WORDS', html_part = 'SECRET WORDS'")
        multiply(server, 4)
        alter(server, "update mail_outbox set next_try_at = null, failed_at = 5, "
                      "error = 'the mail server answered: 550 no mailbox' "
                      "where id = (select id from mail_outbox order by id desc limit 1)")
        yield admin


MISSING = "0193c1e2-0000-7000-8000-000000000001"
ADMIN = [
    Scenario("lists mails", "GET", "admin/mail", 200,
             holds=('"subject":"Your password was changed"',
             '"status":"queued"', '"status":"failed"', "550 no mailbox", '"next_cursor":null'),
             lacks=("SECRET", "text_part", "html")),
    Scenario("lists a page", "GET", "admin/mail?limit=2", 200,
             holds=("link: <", '"next_cursor":"')),
    Scenario("rejects an invalid limit", "GET", "admin/mail?limit=0", 422, errors=("limit",)),
    Scenario("rejects an invalid cursor", "GET", "admin/mail?cursor=x", 422, errors=("cursor",)),
    Scenario("rejects an empty cursor", "GET", "admin/mail?cursor=", 422, errors=("cursor",)),
    Scenario("an unknown mail is 404", "POST", f"admin/mail/{MISSING}/retry", 404),
    Scenario("a malformed id is 404", "POST", "admin/mail/x/retry", 404),
    Scenario("rejects a retry of a queued mail", "POST", "admin/mail/{queued}/retry", 409,
             holds=("urn:kith:problem:conflict",)),
]


@table(*ADMIN)
def test_administrators_list_and_retry_mails(row: Scenario, office: Account) -> None:
    queued = next(each["id"] for each in mails(office) if each["status"] == "queued")
    play(row, office, {"queued": queued})


def test_mails_are_listed_in_pages(office: Account) -> None:
    whole = [each["id"] for each in mails(office)]
    assert whole == sorted(whole, reverse=True) and len(whole) == 5
    assert [each["id"] for each in office.items("admin/mail?limit=2")] == whole


def test_only_administrators_list_mails(office: Account) -> None:
    """Only administrators can list mails."""
    member = sign_up(office.server)
    for path, method in (("admin/mail", "GET"), (f"admin/mail/{MISSING}/retry", "POST")):
        assert member.call(method, path).status == 403
        assert office.server.call(method, f"/api/v1/{path}").status == 401


def test_a_retry_sends_the_mail_again(binary: Path, tmp_path: Path) -> None:
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        admin = administrator(server)
        sink.answers = ["550 5.1.1 no such user"]
        change_password(admin)
        wait_until(lambda: mails(admin) and mails(admin)[0]["status"] == "failed")
        failed = mails(admin)[0]
        assert failed["error"] == "the mail server answered: 550 5.1.1 no such user"
        assert (failed["attempts"], failed["next_try_at"], failed["sent_at"]) == (1, None, None)
        reply = admin.call("POST", f"admin/mail/{failed['id']}/retry")
        assert (reply.status, reply.json["status"]) == (200, "queued")
        message, = sink.wait_for(1)
        assert message["Message-ID"].startswith(f"<{failed['id']}@")
        wait_until(lambda: mails(admin)[0]["status"] == "sent")
        sent = mails(admin)[0]
        assert (sent["error"], sent["failed_at"]) == (None, None) and sent["sent_at"]
        assert admin.call("POST", f"admin/mail/{failed['id']}/retry").status == 409
        metrics = server.call("GET", "/metrics").text
        assert "kith_mail_sent_total 1" in metrics
        assert 'kith_mail_failures_total{kind="refused"} 1' in metrics
        check_no_secret(server, admin.call("GET", "admin/mail").text)


def test_metrics_count_the_queue(office: Account) -> None:
    server = office.server
    wait_until(lambda: re.search(r"^kith_mail_queued 4$", server.call("GET", "/metrics").text,
                                 re.MULTILINE))


def test_contents_of_sent_mails_are_deleted(binary: Path, tmp_path: Path) -> None:
    """The contents of sent mails are deleted."""
    with Server(binary, tmp_path) as server:
        admin = administrator(server)
        change_password(admin)
        wait_until(lambda: mails(admin) and mails(admin)[0]["status"] == "sent")
    assert b"your other sessions have ended" not in server.backend.content(server.data_dir)
    run = Server(binary, tmp_path).run("jobs", "purge_mail")
    assert run.stdout == "purge_mail: done\n", run
