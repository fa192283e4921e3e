"""Stand-ins for S3 and Cloudinary. They check signatures as the services document them, and fail on
request."""

import hashlib
import hmac
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, quote, urlsplit

KEY, SECRET = "AKEXAMPLE", "a/secret+with=odd:characters"
REGION, BUCKET, CLOUD = "eu-test-1", "pictures", "demo"
SKEW_SECONDS_MAX = 300


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def sigv4(date: str, canonical: str) -> str:
    """Signature Version 4 of a canonical request."""
    scope = f"{date[:8]}/{REGION}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = ("AWS4" + SECRET).encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return _hmac(key, f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}").hex()


class Handler(BaseHTTPRequestHandler):
    """One request to either service."""

    server: "StandIn"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Suppresses the log."""

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.requests.append((self.command, self.path))
        if self.server.hang_seconds:
            time.sleep(self.server.hang_seconds)
        if self.server.fail_with:
            return self.answer(self.server.fail_with, b"<Error/>")
        try:
            if self.path.startswith(f"/{BUCKET}/"):
                self.serve_s3(body)
            else:
                self.serve_cloudinary(body)
        except AssertionError as wrong:
            self.server.complaints.append(f"{self.command} {self.path}: {wrong}")
            self.answer(403, str(wrong).encode())

    do_GET = do_PUT = do_POST = do_DELETE = serve

    def serve_s3(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        if self.command == "GET":
            self.check_presigned(parts.path, dict(parse_qsl(parts.query)))
            blob = self.server.blobs.get(parts.path.rsplit("/", 1)[1])
            return self.answer(200 if blob else 404, blob or b"")
        self.check_authorization(parts.path, body)
        name = parts.path.rsplit("/", 1)[1]
        if self.command == "PUT":
            assert self.headers["Content-Type"] == "image/webp"
            self.server.blobs[name] = body
            return self.answer(200)
        assert self.command == "DELETE"
        self.server.blobs.pop(name, None)
        return self.answer(204)

    def check_authorization(self, path: str, body: bytes) -> None:
        date = self.headers["x-amz-date"]
        found = re.fullmatch(
            rf"AWS4-HMAC-SHA256 Credential={KEY}/{date[:8]}/{REGION}/s3/aws4_request,"
            r"SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})", self.headers["Authorization"])
        assert found, "no credentials"
        names = found[1].split(";")
        assert {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names), "too few are signed"
        payload = hashlib.sha256(body).hexdigest()
        assert self.headers["x-amz-content-sha256"] == payload, "another body was signed"
        sent = time.mktime(time.strptime(date, "%Y%m%dT%H%M%SZ")) - time.timezone
        assert abs(sent - time.time()) < SKEW_SECONDS_MAX, "RequestTimeTooSkewed"
        lines = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        canonical = f"{self.command}\n{path}\n\n{lines}\n{found[1]}\n{payload}"
        assert hmac.compare_digest(sigv4(date, canonical), found[2]), "SignatureDoesNotMatch"

    def check_presigned(self, path: str, query: dict[str, str]) -> None:
        tag = query.pop("X-Amz-Signature")
        text = "&".join(f"{quote(k, safe='-._~')}={quote(v, safe='-._~')}"
                        for k, v in sorted(query.items()))
        canonical = f"GET\n{path}\n{text}\nhost:{self.headers['Host']}\n\nhost\nUNSIGNED-PAYLOAD"
        assert 0 < int(query["X-Amz-Expires"]) <= 604800
        expected = sigv4(query["X-Amz-Date"], canonical)
        assert hmac.compare_digest(expected, tag), "SignatureDoesNotMatch"

    def serve_cloudinary(self, body: bytes) -> None:
        if self.command == "GET":
            blob = self.server.blobs.get(self.path.rsplit("/", 1)[1])
            return self.answer(200 if blob else 404, blob or b"")
        found = re.fullmatch(rf"/v1_1/{CLOUD}/image/(upload|destroy)", self.path)
        assert found, "no such endpoint"
        fields = self.form(body)
        file = fields.pop("file", None)
        signed = {k: v.decode() for k, v in fields.items()}
        key, tag = signed.pop("api_key"), signed.pop("signature")
        text = "&".join(f"{k}={v}" for k, v in sorted(signed.items())) + SECRET
        assert key == KEY, "unknown key"
        assert hashlib.sha1(text.encode()).hexdigest() == tag, "Invalid Signature"
        assert abs(int(signed["timestamp"]) - time.time()) < SKEW_SECONDS_MAX, "stale"
        name = signed["public_id"] + ".webp"
        if found[1] == "destroy":
            gone = self.server.blobs.pop(name, None)
            return self.answer(200, json.dumps({"result": "ok" if gone else "not found"}).encode())
        assert file, "no file"
        self.server.blobs[name] = file
        return self.answer(200, json.dumps({"public_id": signed["public_id"]}).encode())

    def form(self, body: bytes) -> dict[str, bytes]:
        """The fields of a multipart form."""
        boundary = self.headers["Content-Type"].split("boundary=")[1].encode()
        fields = {}
        for part in body.split(b"--" + boundary)[1:-1]:
            head, _, value = part.partition(b"\r\n\r\n")
            name = re.search(rb' name="([^"]+)"', head)
            assert name and value.endswith(b"\r\n")
            fields[name[1].decode()] = value[:-2]
        return fields


class StandIn(ThreadingHTTPServer):
    """Both services on a free port, for a `with` block."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.blobs: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.complaints: list[str] = []
        self.fail_with = 0
        self.hang_seconds = 0.0

    def __enter__(self) -> "StandIn":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.shutdown()
        self.server_close()
        if kind is None:
            assert self.complaints == []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def s3_url(self) -> str:
        login = f"{KEY}:{quote(SECRET, safe='')}"
        return f"s3://{login}@{self.address}/{BUCKET}?region={REGION}&tls=off"

    def cloudinary_url(self) -> str:
        return (f"cloudinary://{KEY}:{quote(SECRET, safe='')}@{CLOUD}"
                f"?api_base=http://{self.address}/v1_1&delivery_base=http://{self.address}")
