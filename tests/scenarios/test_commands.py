"""The commands beside `serve`, and the settings."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from databases import free_port
from kith import PASSWORD, Server, sign_in

ADD = ("user", "add", "ann@example.org", "--username", "Ann", "--password-stdin")


@pytest.fixture
def idle(binary: Path, tmp_path: Path) -> Server:
    """A server that is not started."""
    return Server(binary, tmp_path)


def test_version(idle: Server) -> None:
    told = idle.run("version").stdout
    assert idle.run("--version").stdout == told
    assert re.fullmatch(r"kith \d+\.\d+\.\d+ \(([0-9a-f]{12}|unknown)\)\n", told)


def test_no_command_tells_what_there_is(idle: Server) -> None:
    """Without a command, the program lists the commands."""
    done = idle.run()
    assert done.returncode != 0
    for command in ("serve", "migrate", "user", "config", "healthcheck", "version"):
        assert command in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("fly",), ("serve", "--no-such"), ("user", "add"),
                                       ("user", "role", "a@b.org", "emperor")])
def test_wrong_arguments(idle: Server, arguments: tuple[str, ...]) -> None:
    done = idle.run(*arguments)
    assert done.returncode != 0 and done.stderr
    assert "terminate called" not in done.stderr


def test_users(idle: Server) -> None:
    added = idle.run(*ADD, "--admin", text=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    assert idle.run(*ADD, text=PASSWORD + "\n").returncode != 0, "the address is taken"
    listed = idle.run("user", "list").stdout
    assert "ann@example.org" in listed and "admin" in listed and PASSWORD not in listed
    last = idle.run("user", "role", "ann@example.org", "user")
    assert last.returncode != 0 and "last administrator" in last.stderr
    idle.run("user", "add", "bob@example.org", text=PASSWORD + "\n")
    assert idle.run("user", "role", "bob@example.org", "moderator").returncode == 0
    assert "moderator" in idle.run("user", "list").stdout
    other = "another good password"
    assert idle.run("user", "passwd", "ann@example.org", text=other + "\n").returncode == 0
    with idle:
        sign_in(idle, "ann@example.org", other)
        wrong = {"email": "ann@example.org", "password": PASSWORD}
        assert idle.call("POST", "/api/v1/auth/login", wrong).status == 401


@pytest.mark.parametrize("arguments, text", [
    (("user", "add", "no-address", "--password-stdin"), PASSWORD),
    (("user", "add", "a@example.org", "--password-stdin"), "short"),
    (("user", "add", "a@example.org", "--password-stdin"), ""),
    (("user", "passwd", "nobody@example.org"), PASSWORD),
    (("user", "role", "nobody@example.org", "admin"), ""),
])
def test_users_that_cannot_be(idle: Server, arguments: tuple[str, ...], text: str) -> None:
    """Invalid users are refused."""
    done = idle.run(*arguments, text=text + "\n")
    assert done.returncode != 0 and len(done.stderr.strip()) > 10
    assert "nobody" not in idle.run("user", "list").stdout


def test_a_new_password_ends_the_sessions(idle: Server) -> None:
    idle.run(*ADD, text=PASSWORD + "\n")
    with idle:
        account = sign_in(idle, "ann@example.org")
        idle.run("user", "passwd", "ann@example.org", text="another good password\n")
        refresh = {"refresh_token": account.tokens["refresh_token"]}
        assert idle.call("POST", "/api/v1/auth/refresh", refresh).status == 401


@pytest.mark.parametrize("arguments, reason", [
    (["fly"], "fly"), (["--listen", "127.0.0.1:0"], "name a command"), (["user"], "subcommand"),
    (["serve", "--no-such-flag"], "--no-such-flag"),
])
def test_what_is_no_command(idle: Server, arguments: list[str], reason: str) -> None:
    """Invalid commands are refused with the reason."""
    done = idle.run(*arguments)
    assert done.returncode == 2 and reason in done.stderr, done


def test_migrate_twice(idle: Server) -> None:
    assert idle.run("migrate").returncode == 0
    again = idle.run("migrate")
    assert again.returncode == 0 and again.stderr == ""


def test_migrate_shows_itself(idle: Server) -> None:
    """`kith migrate` shows progress as plain lines, and as a bar on a terminal."""
    names = {each.name[:4] for each in (Path(__file__).parents[2] / "migrations").iterdir()}
    steps = len(names)
    assert f"migrate  100 %  {steps} of {steps}" in idle.run("migrate").stderr
    idle.sql("delete from schema_migrations where version > 9")
    ours, its = os.openpty()
    process = subprocess.Popen([idle.binary, "migrate"], env=idle.environment(), stderr=its)
    process.wait(60)  # the step was applied before, so it fails, and the progress line ends
    os.close(its)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert f"\r[{' ' * 20}] migrate    0 %  0 of {steps - 9}" in shown, shown


def test_a_database_from_the_future_is_left_alone(idle: Server) -> None:
    """A database with a newer schema is not changed."""
    idle.run("migrate")
    idle.sql("insert into schema_migrations (version, name, sha256, applied_at) "
             "values (9999, 'later', '', 0)")
    done = idle.run("serve")
    assert done.returncode != 0 and "9999" in done.stderr, done.stderr


def test_files_are_for_the_owner_alone(idle: Server) -> None:
    """Files are readable only by their owner."""
    with idle:
        pass
    made = {"sqlite": ["kith.db", "secret.key"], "postgres": ["secret.key"]}
    for name in made[idle.backend.name]:
        mode = stat.S_IMODE(os.stat(idle.folder / "data" / name).st_mode)
        assert mode == 0o600, (name, oct(mode))


def test_config_masks_secrets(binary: Path, tmp_path: Path) -> None:
    secret = "a very secret key of forty characters 40"
    server = Server(binary, tmp_path, KITH_SECRET_KEY=secret, KITH_LOG_FORMAT="json")
    shown = server.run("config").stdout
    assert secret not in shown and 'KITH_LOG_FORMAT="json"' in shown


def test_dot_env_is_read_and_the_environment_wins(binary: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\nKITH_LOG_FORMAT=json\nKITH_REFRESH_TOKEN_DAYS=3\n")
    shown = Server(binary, tmp_path, KITH_REFRESH_TOKEN_DAYS=5).run("config").stdout
    assert 'KITH_LOG_FORMAT="json"' in shown and "KITH_REFRESH_TOKEN_DAYS=5" in shown


ENV_LINES = [
    ("KITH_DATA_DIR=./mydata # where it lies", 'KITH_DATA_DIR="./mydata"'),
    ("KITH_DATA_DIR=./my#data", 'KITH_DATA_DIR="./my#data"'),
    ("\ufeffKITH_DATA_DIR=./mydata\r\n", 'KITH_DATA_DIR="./mydata"'),
    ("export KITH_DATA_DIR = 'my data' # mine", 'KITH_DATA_DIR="my data"'),
    ('KITH_DATA_DIR="my \\"data\\""', r'KITH_DATA_DIR="my \"data\""'),
    ("KITH_DATA_DIR=", 'KITH_DATA_DIR="./data"'),
    ("KITH_THREADS=  # all", "KITH_THREADS=0"),
    ("KITH_THREADS=1\nKITH_THREADS=2", "KITH_THREADS=2"),
    ("KITH_AUTO_FAVORITE_PREFIXES=", 'KITH_AUTO_FAVORITE_PREFIXES=""'),
    ("OTHER='of\nanother program'\nKITH_THREADS=3", "KITH_THREADS=3"),
]


@pytest.mark.parametrize("text, shown", ENV_LINES, ids=[repr(text) for text, _ in ENV_LINES])
def test_dialects_of_dot_env(binary: Path, tmp_path: Path, text: str, shown: str) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    environment = Server(binary, tmp_path).environment()
    del environment["KITH_DATA_DIR"]
    done = subprocess.run([binary, "config"], cwd=tmp_path, env=environment, capture_output=True,
                          text=True)
    assert shown in done.stdout.splitlines(), done


@pytest.mark.parametrize("value, shown", [('"/tmp/x"', "/tmp/x"), ("'/tmp/x'", "/tmp/x"),
                                          ("/tmp/x ", "/tmp/x"), ("", "./data")])
def test_what_docker_passes_on(binary: Path, tmp_path: Path, value: str, shown: str) -> None:
    """Quotes that Docker passes on are removed."""
    done = Server(binary, tmp_path, KITH_DATA_DIR=value).run("config")
    assert f'KITH_DATA_DIR="{shown}"' in done.stdout.splitlines(), done


@pytest.mark.parametrize("text, words", [
    ("KITH_SECRET_KEY=short # but the comment makes it long enough", "KITH_SECRET_KEY must have"),
    ('KITH_DATA_DIR="mydata', "line 1: the closing quotation mark"),
    ('KITH_DATA_DIR="my" data', "line 1: text follows"),
    ("KITH_DATABASE_URL_FILE=empty", "KITH_DATABASE_URL_FILE: the file is empty"),
    ("KITH_DATABASE_URL_FILE=.", "KITH_DATABASE_URL_FILE: cannot read"),
    ("KITH_SECRET_KEY_FILE=key\nKITH_SECRET_KEY=" + "k" * 40, "are both set"),
    ("KITH_DATABASE_URL=postgres://kith:p@ss@db/kith", "KITH_DATABASE_PASSWORD"),
    ("KITH_DATABASE_PASSWORD=p@ss", "needs a KITH_DATABASE_URL"),
    ("K\0I\0T\0H\0", "UTF-8"),
])
def test_what_is_wrong_in_dot_env(binary: Path, tmp_path: Path, text: str, words: str) -> None:
    """Errors in .env end the start, and nothing is created."""
    (tmp_path / ".env").write_text(text)
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "key").write_text("k" * 40)
    server = Server(binary, tmp_path)
    environment = server.environment()
    environment.pop("KITH_DATABASE_URL", None)
    done = subprocess.run([binary, "serve"], cwd=tmp_path, env=environment, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 2 and words in done.stderr, done
    assert not (tmp_path / "data").exists()


def test_a_comment_that_docker_passes_on_is_refused(binary: Path, tmp_path: Path) -> None:
    done = Server(binary, tmp_path, KITH_DATA_DIR="./data # here").run("serve")
    assert done.returncode == 2 and "KITH_DATA_DIR" in done.stderr and "comment" in done.stderr


def test_dot_env_may_not_be_a_folder(binary: Path, tmp_path: Path) -> None:
    """Docker creates a folder if a mounted file is missing."""
    (tmp_path / ".env").mkdir()
    done = Server(binary, tmp_path).run("serve")
    assert done.returncode == 2 and "Is a directory" in done.stderr


@pytest.mark.parametrize("name, value", [
    ("KITH_DATA_DIR", "disk/kith"), ("KITH_BLOB_URL", "file:disk/kith")])
def test_a_folder_whose_disk_is_missing(binary: Path, tmp_path: Path, name: str,
                                        value: str) -> None:
    """A missing parent folder is an error."""
    done = Server(binary, tmp_path, **{name: value}).run("serve")
    assert done.returncode == 1 and "there is no folder" in done.stderr, done
    assert not (tmp_path / "disk").exists()


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_a_password_is_a_line(binary: Path, tmp_path: Path, begin: str, ending: str) -> None:
    """A byte order mark and a line ending are not part of the password."""
    text = f"{begin}{PASSWORD}{ending}"
    server = Server(binary, tmp_path)
    email = "line@example.org"
    assert server.run("user", "add", "--password-stdin", email, text=text).returncode == 0
    with server:
        assert sign_in(server, email).tokens
        assert server.run("user", "passwd", "--password-stdin", email, text=text).returncode == 0
        assert sign_in(server, email).tokens


def test_settings_of_a_file_that_is_named(binary: Path, tmp_path: Path) -> None:
    """`--env-file` reads settings, like /etc/kith/kith.env for the commands of the Debian
    package."""
    file = tmp_path / "kith.env"
    file.write_text("KITH_LOG_FORMAT=json\n")
    server = Server(binary, tmp_path)
    assert 'KITH_LOG_FORMAT="json"' in server.run("config", "--env-file", str(file)).stdout
    missing = server.run("--env-file", str(tmp_path / "none.env"), "config")
    assert missing.returncode == 2 and "none.env: No such file" in missing.stderr


@pytest.mark.sqlite_only
@pytest.mark.parametrize("command", ["user list", "user role a@example.org admin", "jobs",
                                     "backup b.tar.zst", "doctor"])
def test_what_only_looks_makes_nothing(idle: Server, command: str) -> None:
    """Read-only commands create no installation. A mistyped folder used to look like an
    installation without accounts."""
    done = idle.run(*command.split())
    assert done.returncode == 1 and "there is no file" in done.stdout + done.stderr
    assert not (idle.data_dir / "kith.db").exists()


def test_a_key_that_is_none(idle: Server) -> None:
    """An invalid key file is refused."""
    with idle:
        pass
    (idle.data_dir / "secret.key").write_text("short")
    done = idle.run("serve")
    assert done.returncode == 1 and "does not hold a key" in done.stderr
    assert "key" in idle.run("doctor").stdout


def test_a_server_for_everybody_tells_where_it_is_here(idle: Server) -> None:
    """A server that listens on all addresses prints a local URL."""
    idle.settings["KITH_LISTEN"] = f"0.0.0.0:{free_port()}"
    with idle:
        assert "at http://127.0.0.1:" in idle.ready_line


@pytest.mark.parametrize("name, value", [
    ("KITH_LISTEN", "nowhere"), ("KITH_LISTEN", "127.0.0.1:99999"), ("KITH_THREADS", "-1"),
    ("KITH_LOG_LEVEL", "loud"), ("KITH_SECRET_KEY", "short"), ("KITH_ROLE_POLICY", "none"),
    ("KITH_ACCESS_TOKEN_MINUTES", "0"), ("KITH_DATABASE_URL", "oracle://x"),
])
def test_a_bad_setting_is_named(binary: Path, tmp_path: Path, name: str, value: str) -> None:
    done = Server(binary, tmp_path, **{name: value}).run("serve")
    assert done.returncode != 0 and name in done.stderr, done.stderr


def test_an_unknown_setting_is_told(binary: Path, tmp_path: Path) -> None:
    """An unknown setting is reported."""
    done = Server(binary, tmp_path, KITH_LISTENN="x").run("config")
    assert "KITH_LISTENN" in done.stderr


def test_a_port_that_is_taken(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path / "a") as first:
        second = Server(binary, tmp_path / "b", KITH_LISTEN=f"127.0.0.1:{first.port}")
        done = second.run("serve")
        assert done.returncode != 0 and str(first.port) in done.stderr


def test_healthcheck(idle: Server) -> None:
    assert idle.run("healthcheck").returncode != 0
    with idle:
        idle.settings["KITH_LISTEN"] = f"127.0.0.1:{idle.port}"
        assert idle.run("healthcheck").returncode == 0


def test_logs_as_json(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path, KITH_LOG_FORMAT="json") as server:
        server.call("GET", '/healthz?"x"')
        server.call("GET", "/nowhere")
    lines = [json.loads(line) for line in server.output().splitlines()[1:]]
    assert sorted(line["status"] for line in lines) == [200, 404]  # each loop has its own buffer
    assert all(json.loads(line) for line in server.diagnostics().splitlines())
