"""The commands beside `serve`, and the settings."""

import contextlib
import fcntl
import json
import os
import re
import select
import signal
import stat
import subprocess
import termios
from pathlib import Path

import pytest

from databases import free_port
from kith import PASSWORD, Server, sign_in

ADD = ("user", "add", "ann@example.org", "--username", "Ann", "--password-stdin")


@pytest.fixture
def idle(binary: Path, tmp_path: Path) -> Server:
    """A server that is not started."""
    return Server(binary, tmp_path)


def test_version_is_printed(idle: Server) -> None:
    told = idle.run("version").stdout
    assert idle.run("--version").stdout == told
    assert re.fullmatch(r"kith \d+\.\d+\.\d+ \(([0-9a-f]{12}|unknown)\)\n", told)


COMMANDS = ("serve", "init", "migrate", "user", "config", "backup", "healthcheck", "version")


def test_short_help_lists_the_commands(idle: Server) -> None:
    alone, asked = idle.run(), idle.run("help")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert alone.stderr == asked.stdout
    assert all(f"\n  {command} " in asked.stdout for command in COMMANDS)
    assert len(asked.stdout.splitlines()) < 30 and "KITH_" not in asked.stdout


def test_help_has_the_commands_before_the_settings(idle: Server) -> None:
    told = idle.run("--help").stdout
    places = [told.index(words) for words in (
        "Commands:", "  serve ", "Options:", "--env-file", "Server:",
        "--listen  (KITH_LISTEN, default 127.0.0.1:8080)", "Data:", "KITH_SECRET_KEY_FILE",
        "Backups:", "--backup-hours  (KITH_BACKUP_HOURS, default 24)", "Range: 0 to 8760.")]
    assert places == sorted(places)
    assert all(len(line) <= 80 for line in told.splitlines() if line.startswith("      "))


def test_commands_have_help(idle: Server) -> None:
    serve = idle.run("serve", "--help")
    assert serve.returncode == 0 and "--backup-hours" in serve.stdout
    assert idle.run("help", "serve").stdout == serve.stdout
    backup = idle.run("backup", "--help").stdout
    assert "--check" in backup and "--backup-hours" not in backup
    unknown = idle.run("help", "fly")
    assert unknown.returncode == 2 and "unknown command: fly" in unknown.stderr


@pytest.mark.parametrize("arguments, words", [
    (["serv"], "Did you mean serve?"), (["user", "lst"], "Did you mean user list?"),
    (["helthcheck", "--listen", "127.0.0.1:1"], "Did you mean healthcheck?"),
    (["serve", "--lisen", "127.0.0.1:1"], "Did you mean --listen?"),
    (["serve", "--secret-key=" + "k" * 40], "Set KITH_SECRET_KEY or KITH_SECRET_KEY_FILE"),
])
def test_mistyped_words_get_suggestions(idle: Server, arguments: list[str], words: str) -> None:
    done = idle.run(*arguments)
    assert done.returncode == 2 and words in done.stderr and "kkkk" not in done.stderr, done


@pytest.mark.parametrize("command", ["version", "openapi", "help"])
def test_help_and_version_need_no_valid_settings(idle: Server, command: str) -> None:
    (idle.folder / ".env").write_text("nonsense")
    idle.settings["KITH_LISTEN"] = "nowhere"
    done = idle.run(command)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout


@pytest.mark.parametrize("arguments", [("fly",), ("serve", "--no-such"), ("user", "add"),
                                       ("user", "role", "a@b.org", "emperor")])
def test_wrong_arguments_are_refused(idle: Server, arguments: tuple[str, ...]) -> None:
    done = idle.run(*arguments)
    assert done.returncode != 0 and done.stderr
    assert "terminate called" not in done.stderr


def test_a_missing_password_on_standard_input_is_refused(idle: Server) -> None:
    for command in ("add", "passwd"):
        done = idle.run("user", command, "ann@example.org")
        assert done.returncode == 1 and "--password-stdin" in done.stderr, done


def on_terminal(server: Server, *arguments: str, answers: list[str]) -> tuple[int, str, bool]:
    """Runs a command on a terminal of its own and types the answers: the exit code, what was shown,
    and whether the terminal shows its input afterwards."""
    ours, its = os.openpty()
    process = subprocess.Popen([server.binary, *arguments], env=server.environment(), stdin=its,
                               stdout=its, stderr=its, cwd=server.folder, preexec_fn=lambda: (
                                   os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)) and None)
    shown = ""
    for answer in answers:
        before = shown.count("assword")
        while shown.count("assword") == before or termios.tcgetattr(its)[3] & termios.ECHO:
            if select.select([ours], [], [], 0.01)[0]:
                shown += os.read(ours, 65536).decode()
        os.write(ours, answer.encode())
    process.wait(60)
    echoes = bool(termios.tcgetattr(its)[3] & termios.ECHO)
    os.close(its)
    with contextlib.suppress(OSError):
        shown += os.read(ours, 65536).decode()
    os.close(ours)
    return process.returncode, shown, echoes


def test_a_password_is_asked_for_twice(idle: Server) -> None:
    add = ("user", "add", "ann@example.org")
    code, shown, echoes = on_terminal(idle, *add, answers=[PASSWORD + "\n", "other\n"])
    assert code == 1 and "differ" in shown and echoes
    code, shown, echoes = on_terminal(idle, *add, answers=[PASSWORD + "\n", PASSWORD + "\n"])
    assert code == 0 and PASSWORD not in shown and echoes, shown
    assert "ann@example.org" in idle.run("user", "list").stdout


@pytest.mark.parametrize("answers", [["\x03"], [PASSWORD + "\n", "\x03"]])
def test_ctrl_c_at_the_password_restores_the_terminal(idle: Server, answers: list[str]) -> None:
    code, _, echoes = on_terminal(idle, "user", "add", "ann@example.org", answers=answers)
    assert code == -signal.SIGINT and echoes


def test_the_command_line_creates_and_changes_users(idle: Server) -> None:
    added = idle.run(*ADD, "--admin", text=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    assert idle.run(*ADD, text=PASSWORD + "\n").returncode != 0, "the address is taken"
    listed = idle.run("user", "list").stdout
    assert listed.splitlines()[0].split() == ["ID", "EMAIL", "ROLE", "STATUS", "NAME"]
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
def test_invalid_users_are_refused(idle: Server, arguments: tuple[str, ...], text: str) -> None:
    """Invalid users are refused."""
    done = idle.run(*arguments, text=text + "\n")
    assert done.returncode != 0 and len(done.stderr.strip()) > 10
    assert "@example.org" not in idle.run("user", "list").stdout


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
def test_invalid_commands_are_refused(idle: Server, arguments: list[str], reason: str) -> None:
    """Invalid commands are refused with the reason."""
    done = idle.run(*arguments)
    assert done.returncode == 2 and reason in done.stderr, done


def test_a_second_migration_changes_nothing(idle: Server) -> None:
    assert idle.run("migrate").returncode == 0
    again = idle.run("migrate")
    assert again.returncode == 0 and again.stderr == ""


def test_migrate_shows_progress(idle: Server) -> None:
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


def test_a_newer_database_is_not_changed(idle: Server) -> None:
    """A database with a newer schema is not changed."""
    idle.run("migrate")
    idle.sql("insert into schema_migrations (version, name, sha256, applied_at) "
             "values (9999, 'later', '', 0)")
    done = idle.run("serve")
    assert done.returncode != 0 and "9999" in done.stderr, done.stderr


def test_files_are_readable_only_by_their_owner(idle: Server) -> None:
    """Files are readable only by their owner."""
    with idle:
        pass
    made = {"sqlite": ["kith.db", "secret.key"], "postgres": ["secret.key"]}
    for name in made[idle.backend.name]:
        mode = stat.S_IMODE(os.stat(idle.folder / "data" / name).st_mode)
        assert mode == 0o600, (name, oct(mode))


def test_a_missing_data_folder_is_an_error(binary: Path, tmp_path: Path) -> None:
    for name, value in (("KITH_DATA_DIR", "disk"), ("KITH_DATA_DIR", "disk/kith"),
                        ("KITH_BLOB_URL", "file:disk/kith")):
        done = Server(binary, tmp_path, **{name: value}).run("serve")
        assert done.returncode == 1 and "there is no folder" in done.stderr, done
        assert "mount its disk" in done.stderr and not (tmp_path / "disk").exists()


def without_data(server: Server) -> Server:
    """Removes the folder that the harness has created."""
    server.data_dir.rmdir()
    return server


def test_init_creates_an_installation(idle: Server) -> None:
    without_data(idle)
    assert idle.run("user", "add", "a@example.org", text=PASSWORD).returncode == 1
    assert idle.run("migrate").returncode == 1 and not idle.data_dir.exists()
    made = idle.run("init")
    assert made.returncode == 0 and str(idle.data_dir) in made.stdout
    assert stat.S_IMODE(idle.data_dir.stat().st_mode) == 0o700
    idle.settings["KITH_DATA_REQUIRED"] = "on"
    assert idle.run(*ADD, text=PASSWORD).returncode == 0
    assert idle.run("init").returncode == 0
    assert "ann@example.org" in idle.run("user", "list").stdout, "it leaves data alone"
    with idle:
        sign_in(idle, "ann@example.org")


def test_only_serve_creates_the_default_folder(idle: Server) -> None:
    without_data(idle)
    idle.settings["KITH_DATA_DIR"] = "./data"
    assert idle.run("migrate").returncode == 1 and not (idle.folder / "data").exists()
    idle.settings["KITH_DATA_REQUIRED"] = "on"
    assert idle.run("serve").returncode == 1 and not (idle.folder / "data").exists()
    del idle.settings["KITH_DATA_REQUIRED"]
    with idle:
        assert (idle.folder / "data" / "secret.key").exists()


def test_missing_required_data_is_an_error(idle: Server) -> None:
    """An empty folder is where a disk was not mounted."""
    idle.settings["KITH_DATA_REQUIRED"] = "on"
    for command in ("serve", "migrate"):
        done = idle.run(command)
        assert done.returncode == 1 and "KITH_DATA_REQUIRED" in done.stderr, done
    assert not list(idle.data_dir.iterdir())
    del idle.settings["KITH_DATA_REQUIRED"]
    with idle:
        pass
    idle.settings["KITH_DATA_REQUIRED"] = "on"
    with idle:
        pass


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_a_password_excludes_bom_and_line_end(binary: Path, tmp_path: Path, begin: str,
                                              ending: str) -> None:
    """A byte order mark and a line ending are not part of the password."""
    text = f"{begin}{PASSWORD}{ending}"
    server = Server(binary, tmp_path)
    email = "line@example.org"
    assert server.run("user", "add", "--password-stdin", email, text=text).returncode == 0
    with server:
        assert sign_in(server, email).tokens
        assert server.run("user", "passwd", "--password-stdin", email, text=text).returncode == 0
        assert sign_in(server, email).tokens


def test_env_file_names_the_settings_file(binary: Path, tmp_path: Path) -> None:
    """`--env-file` reads settings, like /etc/kith/kith.env for the commands of the Debian
    package."""
    file = tmp_path / "kith.env"
    file.write_text("KITH_LOG_FORMAT=json\n")
    server = Server(binary, tmp_path)
    assert 'KITH_LOG_FORMAT="json"' in server.run("config", "--env-file", str(file)).stdout
    missing = server.run("--env-file", str(tmp_path / "none.env"), "config")
    assert missing.returncode == 1 and "none.env: No such file" in missing.stderr


@pytest.mark.sqlite_only
@pytest.mark.parametrize("command", ["user list", "user role a@example.org admin", "jobs",
                                     "backup b.tar.zst", "doctor"])
def test_read_only_commands_create_nothing(idle: Server, command: str) -> None:
    """Read-only commands create no installation. A mistyped folder used to look like an
    installation without accounts."""
    done = idle.run(*command.split())
    assert done.returncode == 1 and "there is no file" in done.stdout + done.stderr
    assert not (idle.data_dir / "kith.db").exists()


def test_an_invalid_key_file_is_refused(idle: Server) -> None:
    """An invalid key file is refused."""
    with idle:
        pass
    (idle.data_dir / "secret.key").write_text("short")
    done = idle.run("serve")
    assert done.returncode == 1 and "does not hold a key" in done.stderr
    assert "key" in idle.run("doctor").stdout


def test_a_server_on_all_addresses_prints_a_local_url(idle: Server) -> None:
    """A server that listens on all addresses prints a local URL."""
    idle.settings["KITH_LISTEN"] = f"0.0.0.0:{free_port()}"
    with idle:
        assert "at http://127.0.0.1:" in idle.ready_line


def test_a_taken_port_is_an_error(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path / "a") as first:
        second = Server(binary, tmp_path / "b", KITH_LISTEN=f"127.0.0.1:{first.port}")
        done = second.run("serve")
        assert done.returncode != 0 and str(first.port) in done.stderr


def test_healthcheck(idle: Server) -> None:
    assert idle.run("healthcheck").returncode != 0
    with idle:
        idle.settings["KITH_LISTEN"] = f"127.0.0.1:{idle.port}"
        assert idle.run("healthcheck").returncode == 0


def test_logs_can_be_json(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path, KITH_LOG_FORMAT="json") as server:
        server.call("GET", '/healthz?"x"')
        server.call("GET", "/nowhere")
    lines = [json.loads(line) for line in server.output().splitlines()[1:]]
    assert sorted(line["status"] for line in lines) == [200, 404]  # each loop has its own buffer
    assert all(json.loads(line) for line in server.diagnostics().splitlines())
