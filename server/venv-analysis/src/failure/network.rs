//! The way to the index: SOCKS, TLS, proxies, names, refusals.

use super::kind::{FailureKind, ProxyProblem};
use super::output::Output;

/// A SOCKS proxy that the installer cannot use at all.
pub(super) fn socks(output: &Output) -> Option<FailureKind> {
    if output.has("Missing dependencies for SOCKS support") {
        return Some(FailureKind::Socks);
    }
    if output.has("Unable to determine SOCKS version from socks://") {
        return Some(FailureKind::SocksScheme);
    }
    // An unexpected argument of urllib3's pools, whose adapter for SOCKS is older than they are.
    let crashed =
        output.has(r"_new_conn|proxy_manager") && output.has(r"unexpected keyword argument 'key_proxy_");
    crashed.then_some(FailureKind::SocksBroken)
}

/// An index, or a host of a file, that answers: with a refusal.
pub(super) fn access(output: &Output) -> Option<FailureKind> {
    let refused = output
        .find::<2>(
            r"(?:HTTP error |HTTP status client error \()(40[13])[^\n]*? (?:getting|for url) [`(]?[a-z]+://(?:[^/\s]*@)?([^/:\s]+)",
        )
        .or_else(|| {
            let by_index = r"index(?: URL)? \(?`?[a-z]+://(?:[^/\s]*@)?([^/:\s]+)[^\n]*?(?:\(|returned a )(40[13]) ";
            output.find::<2>(by_index).map(|[host, status]| [status, host])
        })
        .or_else(|| {
            let by_pip = r"WARNING: (40[13]) Error, Credentials not correct for [a-z]+://(?:[^/\s]*@)?([^/:\s]+)";
            output.find::<2>(by_pip)
        })
        .or_else(|| {
            let in_log = r"Could not fetch URL [a-z]+://(?:[^/\s]*@)?([^/:\s]+)[^\n]*: (40[13]) Client Error";
            output.find::<2>(in_log).map(|[host, status]| [status, host])
        });
    refused.map(|[status, host]| FailureKind::Authentication { host: some(host), status })
}

/// An index that is out of reach, or out of order. Where some index answered, another one is not the cause.
pub(super) fn way(output: &Output) -> Option<FailureKind> {
    if output.has(r"Could not find a version[^\n]*\(from versions: [0-9]") {
        return None;
    }
    if let Some([name]) = output.find::<1>(r"Because ([^\s]+) was not found in the cache and") {
        return Some(FailureKind::Offline { name: some(name) });
    }
    if output.has("the network was disabled|Network connectivity is disabled") {
        return Some(FailureKind::Offline { name: None });
    }
    if output
        .has("the ssl module in Python is not available|Can't connect to HTTPS URL because the SSL module")
    {
        return Some(FailureKind::TlsMissing);
    }
    if output.has(r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|problem confirming the ssl certificate|ssl-verification-failed|SSLError\(") {
        return Some(FailureKind::Tls { host: host(output) });
    }
    proxy(output).or_else(|| reach(output)).or_else(|| server(output)).or_else(|| insecure(output))
}

fn proxy(output: &Output) -> Option<FailureKind> {
    if output.has("407 Proxy Authentication|proxy auth(?:orization|entication) required|status code: 407|407 Client Error") {
        return Some(FailureKind::ProxyAuthentication);
    }
    // uv; and PySocks, where the proxy wants other credentials or none of those it was offered.
    if output.has("SOCKS error: credentials not accepted|socks connect error: Password auth failure|SOCKS5 authentication failed|All offered SOCKS5 authentication methods were rejected") {
        return Some(FailureKind::ProxyAuthentication);
    }
    if let Some(status) = output.first(r"Tunnel connection failed: (\d{3}[^'\n)]*)") {
        return Some(FailureKind::Proxy { problem: ProxyProblem::Refused(some(status)) });
    }
    if output.has(r"tunnel error: unsuccessful|unsuccessful tunnel|socks connect error: (?:Connection not allowed|General)") {
        return Some(FailureKind::Proxy { problem: ProxyProblem::Refused(None) });
    }
    let unreachable = r"ProxyError|proxy-connection-failed|to proxy|tunnel error|SOCKSHTTPS?Connection|socks (?:connect|proxy)|SOCKS error";
    output.has(unreachable).then_some(FailureKind::Proxy { problem: ProxyProblem::Unreachable })
}

fn reach(output: &Output) -> Option<FailureKind> {
    if !output.has(r"Retrying \(|Failed to (?:fetch|connect|download)|Unable to fetch|Could not fetch URL|error sending request|Max retries exceeded|connection-(?:failed|timeout)|incomplete-download|Connection broken") {
        return None;
    }
    if output.has(r"Name or service not known|NameResolutionError|nodename nor servname|getaddrinfo failed|dns error|Temporary failure in name resolution") {
        return Some(FailureKind::Dns { host: host(output) });
    }
    if output.has(r"(?:Connect|Read)TimeoutError|operation timed out|connection-timeout|Read timed out|didn't respond within|deadline has elapsed|os error 110|Errno 110") {
        return Some(FailureKind::Timeout { host: host(output) });
    }
    let refused = r"Connection refused|NewConnectionError|tcp connect error|Network is unreachable|No route to host|RemoteDisconnected|Connection (?:reset|aborted)|ConnectionResetError|connection closed before|connection was closed without|incomplete-download|IncompleteRead|error reading a body|os error 10061|WinError 100";
    output.has(refused).then(|| FailureKind::Unreachable { host: host(output) })
}

fn server(output: &Output) -> Option<FailureKind> {
    let status = output
        .first(r"too many (5\d\d) error responses|HTTP status (?:server|client) error \((5\d\d|429)|HTTP error (5\d\d|429) while|: (429) Client Error|\b(5\d\d) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Server Error|<unknown status code>)")?;
    Some(FailureKind::ServerError { host: host(output), status })
}

fn insecure(output: &Output) -> Option<FailureKind> {
    let host = output.first(r"The repository located at ([^\s]+) is not a trusted or secure host")?;
    Some(FailureKind::IndexInsecure { host })
}

/// The host that was spoken to; it may be the proxy.
fn host(output: &Output) -> Option<String> {
    const PLACES: [&str; 6] = [
        r"Failed to (?:fetch|download)[^\n]*?://(?:[^/`\s]*@)?([^/:`\s]+)",
        r"Failed to (?:connect to|establish a secure connection to) ([^\s]+) while",
        r"(?:Unable to fetch|Could not fetch URL) [a-z]+://(?:[^/\s]*@)?([^/:\s]+)",
        r"Connection(?:Pool)?\(host='([^']+)'",
        r"[Ff]ailed to resolve '([^']+)'",
        r"Looking in indexes: [a-z]+://(?:[^/\s]*@)?([^/:\s,]+)",
    ];
    PLACES.iter().find_map(|place| output.first(place))
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
