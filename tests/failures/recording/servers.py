"""A package index and proxies on loopback, that answer well, badly or never."""

import hashlib
import html
import http.server
import socket
import socketserver
import ssl
import subprocess
import threading
import time


class Index:
    """A package index. The first part of a path says how it answers.

    `/simple/NAME/` and `/files/NAME`: well. `/status/503/…`: with that status. `/never/…`: not at all.
    `/private/…`: only with credentials, and none are right. `/nofiles/simple/…`: the files are not there.
    """

    def __init__(self, certificate=None):
        self.files = {}
        self.projects = {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        # A client that hangs up, or that does not trust the certificate, is what is wanted.
        self.server.handle_error = lambda *_: None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.scheme = "https" if certificate else "http"
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, manner="simple", credentials=""):
        # Some pips crash where TLS meets a bare address.
        host = "localhost" if self.scheme == "https" else "127.0.0.1"
        return f"{self.scheme}://{credentials}{host}:{self.port}/{manner}"

    def add(self, file, *, name=None, python=None, yanked=None):
        """Offers a file `(name, bytes)`, as its project's newest."""
        filename, data = file
        name = name or filename.split("-")[0]
        self.files[filename] = data
        self.projects.setdefault(name.lower().replace("_", "-"), []).append((filename, python, yanked))
        return filename

    def page(self, name, manner):
        links = []
        for filename, python, yanked in self.projects[name]:
            digest = hashlib.sha256(self.files[filename]).hexdigest()
            attributes = f' data-requires-python="{html.escape(python)}"' if python else ""
            attributes += f' data-yanked="{html.escape(yanked)}"' if yanked else ""
            folder = "/status/404" if manner == "nofiles" else "/files"
            links.append(f'<a href="{folder}/{filename}#sha256={digest}"{attributes}>{filename}</a>')
        return "<!DOCTYPE html><html><body>" + "\n".join(links) + "</body></html>"

    def handler(index):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                parts = [part for part in self.path.split("/") if part]
                manner = parts.pop(0) if parts else ""
                if manner == "never":
                    time.sleep(60)
                elif manner == "status":
                    self.answer(int(parts[0]), b"no", "text/plain")
                elif manner == "private":
                    self.answer(401, b"no", "text/plain", {"WWW-Authenticate": 'Basic realm="index"'})
                elif manner == "files" and parts and parts[0] in index.files:
                    self.answer(200, index.files[parts[0]], "application/octet-stream")
                else:
                    parts = parts[1:] if manner == "nofiles" else parts
                    if parts and parts[0] in index.projects:
                        self.answer(200, index.page(parts[0], manner).encode(), "text/html")
                    else:
                        self.answer(404, b"no", "text/plain")

            do_HEAD = do_GET

            def answer(self, status, body, kind, headers={}):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler


class Proxy:
    """An HTTP proxy that answers every request with the same status."""

    def __init__(self, status, reason, header=""):
        answer = f"HTTP/1.1 {status} {reason}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(65536)
                self.request.sendall(answer)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = "127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Socks:
    """A SOCKS5 proxy that takes no credentials (RFC 1929)."""

    def __init__(self):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(512)
                self.request.sendall(b"\x05\x02")
                self.request.recv(512)
                self.request.sendall(b"\x01\x01")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = "127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Deaf:
    """A port at which connections wait for ever: its queue is full."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(0)
        self.port = self.socket.getsockname()[1]
        self.waiting = []
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))
            self.waiting.append(waiting)


class Broken:
    """A port that takes a connection, reads what is asked, and hangs up: between words, or in the middle of one."""

    def __init__(self, answer=b""):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(65536)
                self.request.sendall(answer)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def closed_port():
    """A port at which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def self_signed(folder):
    """A certificate that nobody trusts, with its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate, key
