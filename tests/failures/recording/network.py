"""The way to the index is closed."""

from .case import INSTALLERS, Cases
from .desk import Impossible
from .packages import wheel
from .servers import Broken, Deaf, Proxy, Socks, closed_port

CASES = Cases()


def fill(index):
    name, data = wheel("corrupt", "1.0")
    index.add((name, data[: len(data) // 2]))


def of_index(case, url, file=True):
    """A case in which the index is at `url(desk)`; and one in which a file is asked for from there."""

    def run(desk):
        desk.index_is(url(desk))
        return desk.install("apple==1.0")

    def run_file(desk):
        return desk.install("apple @ " + url(desk).replace("/simple", "/files") + "/apple-1.0-py3-none-any.whl")

    run.__name__, run_file.__name__ = case, f"{case}_file"
    CASES.of(*INSTALLERS)(run)
    if file:
        CASES.of(*INSTALLERS)(run_file)


of_index("tls_self_signed", lambda desk: desk.servers["tls"].url())
of_index("dns", lambda desk: "https://index.invalid/simple")
of_index("unreachable", lambda desk: f"http://127.0.0.1:{closed_port()}/simple")
of_index("not_found_404", lambda desk: desk.index.url("status/404"))
of_index("authentication_401", lambda desk: desk.index.url("private"))
of_index("authentication_401_with_credentials", lambda desk: desk.index.url("private", "user:secret@"))
of_index("authentication_403", lambda desk: desk.index.url("status/403"))
of_index("server_error_500", lambda desk: desk.index.url("status/500"))
of_index("server_error_503", lambda desk: desk.index.url("status/503"))
of_index("too_many_requests_429", lambda desk: desk.index.url("status/429"))
of_index("timeout_read", lambda desk: desk.index.url("never"))
of_index("file_gone_404", lambda desk: desk.index.url("nofiles/simple"), file=False)


def without_retries(case, url):
    """The same where nothing is tried twice, about which pip does not say a word then."""

    def run(desk):
        desk.variables["PIP_RETRIES"] = desk.variables["UV_HTTP_RETRIES"] = "0"
        desk.index_is(url(desk))
        return desk.install("apple==1.0")

    run.__name__ = f"{case}_without_retries"
    CASES.of(*INSTALLERS)(run)


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<!DOCTYPE"
of_index("connection_closed", lambda desk: f"http://127.0.0.1:{Broken().port}/simple")
of_index("connection_cut", lambda desk: f"http://127.0.0.1:{Broken(CUT).port}/simple")
without_retries("connection_closed", lambda desk: f"http://127.0.0.1:{Broken().port}/simple")
without_retries("connection_cut", lambda desk: f"http://127.0.0.1:{Broken(CUT).port}/simple")
without_retries("unreachable", lambda desk: f"http://127.0.0.1:{closed_port()}/simple")
without_retries("dns", lambda desk: "https://index.invalid/simple")
without_retries("timeout_read", lambda desk: desk.index.url("never"))


@CASES.of(*INSTALLERS)
def timeout_connect(desk):
    deaf = Deaf()
    desk.index_is(f"http://127.0.0.1:{deaf.port}/simple")
    return desk.install("apple==1.0")


@CASES.of("pip")
def ssl_missing(desk):
    (desk.site / "sitecustomize.py").write_text("import sys\nsys.modules['_ssl'] = None\n")
    desk.index_is(desk.servers["tls"].url())
    return desk.install("apple==1.0")


@CASES.of("pip")
def index_insecure(desk):
    """Not loopback, and without TLS: pip does not even ask."""
    desk.index_is("http://index.invalid/simple")
    return desk.install("--trusted-host other.invalid", "apple==1.0")


def of_proxy(case, proxy, tls=True):
    """A case in which the way to the index, with TLS or without, leads over `proxy(desk)`."""

    def run(desk):
        desk.proxy_is(proxy(desk))
        desk.index_is("https://index.invalid/simple" if tls else "http://index.invalid/simple")
        desk.variables["PIP_TRUSTED_HOST"] = "" if tls else "index.invalid"
        return desk.install("apple==1.0")

    def run_file(desk):
        desk.proxy_is(proxy(desk))
        return desk.install("apple @ https://index.invalid/files/apple-1.0-py3-none-any.whl")

    run.__name__, run_file.__name__ = case, f"{case}_file"
    CASES.of(*INSTALLERS)(run)
    if tls:
        CASES.of(*INSTALLERS)(run_file)


CHALLENGE = 'Proxy-Authenticate: Basic realm="proxy"\r\n'


def answering(status, reason, header=""):
    return lambda desk: "http://" + Proxy(status, reason, header).address


of_proxy("proxy_refused", lambda desk: f"http://127.0.0.1:{closed_port()}")
of_proxy("proxy_refused_plain", lambda desk: f"http://127.0.0.1:{closed_port()}", tls=False)
of_proxy("proxy_unknown_host", lambda desk: "http://proxy.invalid:3128")
of_proxy("proxy_407", answering(407, "Proxy Authentication Required", CHALLENGE))
of_proxy(
    "proxy_407_with_credentials",
    lambda desk: "http://user:secret@" + Proxy(407, "Proxy Authentication Required", CHALLENGE).address,
)
of_proxy("proxy_407_plain", answering(407, "Proxy Authentication Required", CHALLENGE), tls=False)
of_proxy("proxy_403", answering(403, "Forbidden"))
of_proxy("proxy_502", answering(502, "Bad Gateway"))


@CASES.of(*INSTALLERS)
def socks_refused(desk):
    if desk.tool.kind == "pip":
        desk.put(desk.helpers["PySocks"])
    desk.proxy_is(f"socks5h://127.0.0.1:{closed_port()}")
    desk.index_is("https://index.invalid/simple")
    return desk.install("apple==1.0")


@CASES.of(*INSTALLERS)
def socks_credentials(desk):
    if desk.tool.kind == "pip":
        desk.put(desk.helpers["PySocks"])
    desk.proxy_is("socks5h://user:secret@" + Socks().address)
    desk.index_is("https://index.invalid/simple")
    return desk.install("apple==1.0")


@CASES.of("pip")
def socks_without_pysocks(desk):
    desk.proxy_is("socks5h://127.0.0.1:1080")
    desk.index_is("https://index.invalid/simple")
    return desk.install("apple==1.0")


@CASES.of("pip")
def socks_without_pysocks_file(desk):
    desk.proxy_is("socks5h://127.0.0.1:1080")
    return desk.install("apple @ https://index.invalid/files/apple-1.0-py3-none-any.whl")


@CASES.of(*INSTALLERS)
def socks_scheme(desk):
    """`socks://`, as some desktops set it."""
    if desk.tool.kind == "pip":
        desk.put(desk.helpers["PySocks"])
    desk.proxy_is("socks://127.0.0.1:1080")
    desk.index_is("https://index.invalid/simple")
    return desk.install("apple==1.0")


@CASES.of(*INSTALLERS)
def proxy_without_scheme(desk):
    desk.proxy_is(f"127.0.0.1:{closed_port()}")
    desk.index_is("https://index.invalid/simple")
    return desk.install("apple==1.0")


@CASES.of("uv")
def offline(desk):
    desk.variables["UV_OFFLINE"] = "1"
    return desk.install("apple==1.0")


@CASES.of(*INSTALLERS)
def one_index_of_two_unreachable(desk):
    """Another answers, and does not have that version."""
    other = f"http://127.0.0.1:{closed_port()}/simple"
    desk.variables["PIP_EXTRA_INDEX_URL"] = desk.variables["UV_EXTRA_INDEX_URL"] = other
    if desk.tool.kind == "uv" and not desk.tool.is_at_least(0, 1):
        raise Impossible("it knows one index only")
    return desk.install("apple==99")
