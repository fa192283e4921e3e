"""Browser sessions: the refresh token in a cookie, and security headers."""

from http.cookies import SimpleCookie
from pathlib import Path

from kith import API, PASSWORD, Account, Reply, Server

HTTPS = {"KITH_PUBLIC_URL": "https://kith.example.org"}


def login(server: Server, account: Account) -> Reply:
    body = {"email": account.email, "password": PASSWORD}
    reply = server.call("POST", f"{API}/auth/login?session=cookie", body)
    assert reply.status == 200, reply
    return reply


def cookie_of(reply: Reply) -> str:
    morsel = SimpleCookie(reply.headers["set-cookie"])["kith_refresh"]
    return f"kith_refresh={morsel.value}"


def refresh(server: Server, cookie: str | None, **headers: str) -> Reply:
    return server.call("POST", f"{API}/auth/refresh", {}, cookie=cookie, **headers)


def test_the_cookie_keeps_the_session(server: Server, account: Account) -> None:
    """The cookie refreshes the session."""
    first = login(server, account)
    assert first.json["refresh_token"] is None
    attributes = first.headers["set-cookie"].split("; ")
    assert attributes[1:] == ["Path=/api/v1/auth", "Max-Age=604800", "HttpOnly", "SameSite=Lax"]
    assert first.headers["cache-control"] == "no-store"
    second = refresh(server, cookie_of(first))
    assert second.status == 200 and second.json["refresh_token"] is None
    assert cookie_of(second) != cookie_of(first)
    token = "Bearer " + second.json["access_token"]
    out = server.call("POST", f"{API}/auth/logout", authorization=token, cookie=cookie_of(second))
    assert out.status == 204
    assert out.headers["set-cookie"].startswith("kith_refresh=; Path=/api/v1/auth; Max-Age=0;")
    assert refresh(server, cookie_of(second)).status == 401


def test_a_cookie_is_not_an_access_token(server: Server, account: Account) -> None:
    """The cookie is not accepted as an access token."""
    cookie = cookie_of(login(server, account))
    assert server.call("GET", f"{API}/users/me", cookie=cookie).status == 401
    assert server.call("POST", f"{API}/contacts", {"first_name": "A"}, cookie=cookie).status == 401


def test_other_sites_cannot_use_the_cookie(server: Server, account: Account) -> None:
    """Requests from other sites cannot use the cookie."""
    cookie = cookie_of(login(server, account))
    for site in ("cross-site", "same-site"):
        assert refresh(server, cookie, sec_fetch_site=site).status == 403, site
    form = server.call("POST", f"{API}/auth/refresh", "a=b", cookie=cookie,
                       content_type="application/x-www-form-urlencoded")
    assert form.status == 415, "types that forms can send are refused"
    plain = server.call("POST", f"{API}/auth/refresh", "{}", cookie=cookie,
                        content_type="text/plain")
    assert plain.status == 415
    assert refresh(server, cookie, sec_fetch_site="same-origin").status == 200


def test_other_sites_cannot_sign_their_visitors_in(server: Server, account: Account) -> None:
    """Other sites cannot sign in their visitors (login CSRF)."""
    path = f"{API}/auth/login?session=cookie"
    form = f"username={account.email}&password=correct+horse+battery"
    sent = server.call("POST", path, form, content_type="application/x-www-form-urlencoded")
    assert sent.status == 415 and "set-cookie" not in sent.headers
    body = {"email": account.email, "password": PASSWORD}
    sent = server.call("POST", path, body, sec_fetch_site="cross-site")
    assert sent.status == 403 and "set-cookie" not in sent.headers


def test_a_refresh_without_a_cookie_requires_the_token(server: Server) -> None:
    """A refresh without a cookie requires the token in the body."""
    reply = refresh(server, None)
    assert reply.status == 422 and set(reply.errors()) == {"refresh_token"}
    assert refresh(server, "kith_refresh=made-up").status == 401
    assert refresh(server, "other=1; kith_refresh=").status == 401


def test_clients_get_a_cookie_only_on_request(account: Account) -> None:
    """Clients that do not ask for a cookie get no cookie."""
    assert account.tokens["refresh_token"]
    body = {"refresh_token": account.tokens["refresh_token"]}
    reply = account.call("POST", "auth/refresh", body, authorization=None)
    assert "set-cookie" not in reply.headers and reply.json["refresh_token"]
    wrong = account.call("POST", "auth/login?session=jar", body)
    assert wrong.status == 422


def test_https_has_secure_cookies_and_hsts(binary: Path, tmp_path: Path) -> None:
    """Over HTTPS, the cookie is secure and HSTS is sent."""
    with Server(binary, tmp_path, **HTTPS) as server:
        done = server.run("user", "add", "a@example.org", "--password-stdin", text=PASSWORD + "\n")
        assert done.returncode == 0
        for path, status in (("/healthz", 200), (f"{API}/users/me", 401), ("/nothing", 404)):
            reply = server.call("GET", path)
            assert reply.status == status
            assert reply.headers["strict-transport-security"] == "max-age=31536000"
        cookie = login(server, Account(server, "a@example.org")).headers["set-cookie"]
        assert cookie.endswith("; Secure")


def test_http_has_no_hsts(server: Server) -> None:
    """Over HTTP, no HSTS is sent."""
    assert "strict-transport-security" not in server.call("GET", "/healthz").headers


def test_pages_run_only_their_own_scripts(server: Server) -> None:
    for path in ("/", "/setup", "/auth/forgot", "/auth/verify/x", "/auth/reset/x", "/nowhere"):
        reply = server.call("GET", path, accept="text/html,*/*;q=0.8")
        assert reply.status == (404 if path == "/nowhere" else 200)
        assert reply.headers["content-type"] == "text/html; charset=utf-8"
        policy = reply.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "<script>" not in reply.text and "onclick" not in reply.text
        assert "style=" not in reply.text
