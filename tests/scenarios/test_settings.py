"""Settings: where they are read from, in which dialects, and what is refused."""

import os
import subprocess
from pathlib import Path

import pytest

from databases import Cluster
from kith import Server


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
    ("KITH_DATA_DIR=# c", 'KITH_DATA_DIR="./data"'),
    ("; systemd's comment\nKITH_DATA_DIR=./mydata", 'KITH_DATA_DIR="./mydata"'),
    ("KITH_AUTO_FAVORITE_PREFIXES=", 'KITH_AUTO_FAVORITE_PREFIXES=""'),
    ("OTHER='of\nanother program'\nKITH_THREADS=3", "KITH_THREADS=3"),
]


@pytest.mark.parametrize("text, shown", ENV_LINES, ids=[repr(text) for text, _ in ENV_LINES])
def test_dot_env_follows_compose_and_shells(binary: Path, tmp_path: Path, text: str,
                                            shown: str) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    environment = Server(binary, tmp_path).environment()
    del environment["KITH_DATA_DIR"]
    done = subprocess.run([binary, "config"], cwd=tmp_path, env=environment, capture_output=True,
                          text=True)
    assert shown in done.stdout.splitlines(), done


@pytest.mark.parametrize("value, shown", [('"/tmp/x"', "/tmp/x"), ("'/tmp/x'", "/tmp/x"),
                                          ("/tmp/x ", "/tmp/x"), ("", "./data")])
def test_quotes_passed_on_by_docker_are_removed(binary: Path, tmp_path: Path, value: str,
                                                shown: str) -> None:
    """Quotes that Docker passes on are removed."""
    done = Server(binary, tmp_path, KITH_DATA_DIR=value).run("config")
    assert f'KITH_DATA_DIR="{shown}"' in done.stdout.splitlines(), done


@pytest.mark.parametrize("text, words", [
    ("KITH_SECRET_KEY=short # but the comment makes it long enough", "KITH_SECRET_KEY must have"),
    ('KITH_DATA_DIR="mydata', "line 1: the closing quotation mark"),
    ('KITH_DATA_DIR="my" data', "line 1: text follows"),
    ("KITH_DATABASE_URL_FILE=empty", "KITH_DATABASE_URL_FILE: the file is empty"),
    ("KITH_SECRET_KEY='" + " " * 40 + "'", "KITH_SECRET_KEY must have"),
    ("KITH_SECRET_KEY_FILE=key\nKITH_SECRET_KEY=" + "k" * 40, "are both set"),
    ("KITH_DATABASE_URL=postgres://kith:p@ss@db/kith", "KITH_DATABASE_PASSWORD"),
    ("KITH_DATABASE_PASSWORD=p@ss", "needs a KITH_DATABASE_URL"),
    ("K\0I\0T\0H\0", "UTF-8"),
])
def test_errors_in_dot_env_end_the_start(binary: Path, tmp_path: Path, text: str,
                                         words: str) -> None:
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
    assert not list((tmp_path / "data").iterdir())


@pytest.mark.parametrize("value", ["./data # here", "/tmp/x #c"])
def test_a_comment_passed_on_by_docker_is_refused(binary: Path, tmp_path: Path, value: str) -> None:
    done = Server(binary, tmp_path, KITH_DATA_DIR=value).run("serve")
    assert done.returncode == 2 and "KITH_DATA_DIR" in done.stderr and "comment" in done.stderr


@pytest.mark.parametrize("place", [".env", "--env-file", "KITH_SECRET_KEY_FILE"])
@pytest.mark.parametrize("kind, reason", [
    ("folder", "Is a directory"), ("forbidden", "Permission denied"),
    ("dangling", "No such file or directory")])
def test_an_unreadable_settings_file_is_an_error(binary: Path, tmp_path: Path, place: str,
                                                 kind: str, reason: str) -> None:
    """Docker makes a folder where a file that is mounted is missing."""
    folder = tmp_path / "here"
    server = Server(binary, folder)
    file = folder / (".env" if place == ".env" else "file")
    file.unlink(missing_ok=True)
    if kind == "folder":
        file.mkdir()
    elif kind == "dangling":
        file.symlink_to("nowhere")
    else:
        file.write_text("KITH_THREADS=1")
        file.chmod(0)
    if place == "KITH_SECRET_KEY_FILE":
        server.settings[place] = str(file)
    command = [str(binary), "config", *(["--env-file", str(file)] if place[0] == "-" else [])]
    if os.geteuid() == 0:  # root can read every file
        for each in (tmp_path, *tmp_path.parents[:-1], folder):
            each.chmod(each.stat().st_mode | 0o011)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    done = subprocess.run(command, cwd=folder, env=server.environment(), text=True,
                          capture_output=True)
    assert done.returncode == 1 and reason in done.stderr and done.stdout == "", done
    assert len(done.stderr.splitlines()) == 1 and "terminate" not in done.stderr


def test_errors_name_the_settings_file(binary: Path, tmp_path: Path) -> None:
    file = tmp_path / "my.env"
    file.write_text("\nKITH_DATA_DIR='open\n")
    done = Server(binary, tmp_path).run("config", "--env-file", str(file))
    assert done.returncode == 2 and f"{file} line 2: the closing quotation mark" in done.stderr


@pytest.mark.parametrize("value", ["p # ss", '"pss"', "'pss'", " pss ", "p@ss/w%rd#1"])
def test_the_database_password_is_taken_literally(binary: Path, tmp_path: Path, value: str) -> None:
    with Cluster(password=value) as cluster:
        url = cluster.url().replace(f":{value}@", "@")
        server = Server(binary, tmp_path, KITH_DATABASE_URL=url, KITH_DATABASE_PASSWORD=value)
        assert server.run("migrate").returncode == 0
        server.settings["KITH_DATABASE_PASSWORD"] = "x" + value
        assert server.run("migrate").returncode == 1


@pytest.mark.parametrize("name, value", [
    ("KITH_LISTEN", "nowhere"), ("KITH_LISTEN", "127.0.0.1:99999"), ("KITH_THREADS", "-1"),
    ("KITH_LOG_LEVEL", "loud"), ("KITH_SECRET_KEY", "short"), ("KITH_ROLE_POLICY", "none"),
    ("KITH_ACCESS_TOKEN_MINUTES", "0"), ("KITH_DATABASE_URL", "oracle://x"),
    ("KITH_PUBLIC_URL", "https://"), ("KITH_SIGNUP", "close"), ("KITH_SIGNUP", "Open"),
])
def test_errors_name_the_setting(binary: Path, tmp_path: Path, name: str, value: str) -> None:
    done = Server(binary, tmp_path, **{name: value}).run("serve")
    assert done.returncode != 0 and name in done.stderr, done.stderr


@pytest.mark.parametrize("name, meant", [
    ("KITH_LISTENN", "KITH_LISTEN"), ("kith_data_dir", "KITH_DATA_DIR"),
    ("set KITH_DATA_DIR", "KITH_DATA_DIR")])
def test_unknown_settings_cause_a_warning(binary: Path, tmp_path: Path, name: str,
                                          meant: str) -> None:
    words = f"unknown name {name} in "
    found = Server(binary, tmp_path, **{name: "x"}).run("config")
    assert found.returncode == 0 and words + "the environment; did you mean" in found.stderr
    (tmp_path / ".env").write_text(f"{name}=x\n")
    found = Server(binary, tmp_path).run("config")
    assert found.returncode == 0
    assert words + f".env line 1; did you mean {meant}?" in found.stderr
