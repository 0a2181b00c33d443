//! One TLS handshake with a deadline, and what its end means.

use super::certificate::{Certificate, MOST_NAMES};
use super::{Answered, Outcome, Target};
use crate::problem::Problem;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

/// Makes handshakes that trust the system's authorities, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, as Python does.
pub(super) struct Handshakes {
    config: Arc<ClientConfig>,
}

impl Handshakes {
    /// # Errors
    /// If no authority can be read.
    pub(super) fn new() -> Result<Self, Problem> {
        let help = "install the system's certificates (`ca-certificates`), or name a file of them in SSL_CERT_FILE";
        let refused =
            |what: String| Problem::new(format!("the system's certificate authorities cannot be used: {what}"), help);
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            let what = found.errors.first().map_or("there are none".to_owned(), ToString::to_string);
            return Err(refused(what));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config =
            builder.map_err(|error| refused(error.to_string()))?.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }

    /// Asks `target`, at `address` if that is given.
    pub(super) fn ask(&self, target: &Target, address: Option<IpAddr>, deadline: Instant) -> Answered {
        self.try_to_ask(target, address, deadline).unwrap_or_else(|answer| answer)
    }

    fn try_to_ask(&self, target: &Target, address: Option<IpAddr>, deadline: Instant) -> Result<Answered, Answered> {
        let name = ServerName::try_from(target.host.clone())
            .map_err(|error| Answered::new(Outcome::NoAddress, error.to_string()))?;
        let mut connection = ClientConnection::new(Arc::clone(&self.config), name)
            .map_err(|error| Answered::new(Outcome::Failed, error.to_string()))?;
        let mut stream = connect(&addresses(target, address)?, deadline)?;
        while connection.is_handshaking() {
            step(&mut connection, &mut stream, deadline)?;
        }
        let chain = connection.peer_certificates();
        let certificate = chain.and_then(|chain| chain.first()).and_then(|first| Certificate::read(first));
        connection.send_close_notify();
        // Whether the other side hears the end is its business.
        drop(connection.write_tls(&mut stream));
        Ok(Answered { certificate, ..Answered::new(Outcome::SpeaksTls, "") })
    }
}

fn addresses(target: &Target, address: Option<IpAddr>) -> Result<Vec<SocketAddr>, Answered> {
    if let Some(address) = address.or_else(|| target.host.parse().ok()) {
        return Ok(vec![SocketAddr::new(address, target.port)]);
    }
    match (target.host.as_str(), target.port).to_socket_addrs().map(Iterator::collect::<Vec<_>>) {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(Answered::new(Outcome::NoAddress, "")),
        Err(error) => Err(Answered::new(Outcome::NoAddress, error.to_string())),
    }
}

/// A connection to the first of `addresses` that takes one.
fn connect(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, Answered> {
    let mut last = Answered::new(Outcome::NoAddress, "");
    for address in addresses {
        match TcpStream::connect_timeout(address, left(deadline)?) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = of_io(&error, Outcome::Unreachable),
        }
    }
    Err(last)
}

/// Writes or reads once.
fn step(connection: &mut ClientConnection, stream: &mut TcpStream, deadline: Instant) -> Result<(), Answered> {
    let broken = |error: io::Error| of_io(&error, Outcome::NotTls);
    let wait = Some(left(deadline)?);
    stream.set_read_timeout(wait).and_then(|()| stream.set_write_timeout(wait)).map_err(broken)?;
    if connection.wants_write() {
        connection.write_tls(stream).map_err(broken)?;
        return Ok(());
    }
    if connection.read_tls(stream).map_err(broken)? == 0 {
        return Err(Answered::new(Outcome::NotTls, "it hung up during the handshake"));
    }
    connection.process_new_packets().map(drop).map_err(|error| {
        // The other side may want to know why.
        drop(connection.write_tls(stream));
        of_tls(&error)
    })
}

/// The time until `deadline`.
fn left(deadline: Instant) -> Result<Duration, Answered> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(Answered::new(Outcome::TimedOut, "")) } else { Ok(left) }
}

fn of_io(error: &io::Error, otherwise: Outcome) -> Answered {
    let outcome = match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => return Answered::new(Outcome::TimedOut, ""),
        io::ErrorKind::ConnectionRefused => return Answered::new(Outcome::Refused, ""),
        _ => otherwise,
    };
    Answered::new(outcome, error.to_string())
}

fn of_tls(error: &Error) -> Answered {
    let Error::InvalidCertificate(wrong) = error else {
        return match error {
            Error::InvalidMessage(_) | Error::InappropriateMessage { .. } => {
                Answered::new(Outcome::NotTls, "it answered something else")
            }
            _ => Answered::new(Outcome::Failed, error.to_string()),
        };
    };
    match wrong {
        CertificateError::ExpiredContext { not_after, .. } => Answered::new(Outcome::Expired, day("on", *not_after)),
        CertificateError::Expired => Answered::new(Outcome::Expired, ""),
        CertificateError::NotValidYetContext { not_before, .. } => {
            Answered::new(Outcome::NotYetValid, day("from", *not_before))
        }
        CertificateError::NotValidYet => Answered::new(Outcome::NotYetValid, ""),
        CertificateError::NotValidForNameContext { presented, .. } => {
            // Written as `DnsName("right.corp")`.
            let names = presented.iter().map(|name| name.split('"').nth(1).unwrap_or(name));
            Answered::new(Outcome::WrongName, names.take(MOST_NAMES).collect::<Vec<&str>>().join(", "))
        }
        CertificateError::NotValidForName => Answered::new(Outcome::WrongName, ""),
        CertificateError::UnknownIssuer => Answered::new(Outcome::UnknownAuthority, ""),
        _ => Answered::new(Outcome::Failed, error.to_string()),
    }
}

/// `on 2027-03-01`.
fn day(word: &str, time: UnixTime) -> String {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(time.as_secs()));
    let written = time.map(|time| humantime::format_rfc3339_seconds(time).to_string()).unwrap_or_default();
    written.split_once('T').map(|(day, _)| format!("{word} {day}")).unwrap_or_default()
}
