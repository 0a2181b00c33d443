//! A server that says how it was reached. It speaks TLS to clients that do, and plaintext to those that do not, on one port.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The names that the programs ask for.
const NAMES: [&str; 2] = ["api.example.com", "localhost"];
const OTHER_NAME: &str = "other.example";
/// The first byte of a TLS handshake record; no HTTP method starts with it.
const HANDSHAKE: u8 = 0x16;
/// For a mail client that may begin with a TLS handshake.
const SILENCE: Duration = Duration::from_secs(2);
/// For a client that connects and says nothing.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a server speaks once it was reached.
#[derive(Clone, Copy)]
enum Protocol {
    Http,
    Imap,
    Pop,
    Smtp,
    Ftp,
    Telnet,
}

impl Protocol {
    const ALL: [Self; 6] = [Self::Http, Self::Imap, Self::Pop, Self::Smtp, Self::Ftp, Self::Telnet];
}

/// Servers of each protocol, and the authority that the first two of each have their certificates from.
pub struct Servers {
    /// The trusted authority's certificate, as PEM.
    pub authority: String,
    pub http: Ports,
    pub imap: Ports,
    pub pop: Ports,
    pub smtp: Ports,
    pub ftp: Ports,
    pub telnet: Ports,
}

/// The servers of one protocol.
pub struct Ports {
    /// Port of the server whose certificate is for what the programs ask for.
    pub right: u16,
    /// Port of one whose certificate is for another name.
    pub wrong_name: u16,
    /// Port of one whose certificate is for the right names, from an authority that nobody trusts.
    pub unknown_issuer: u16,
    /// Port of one that speaks plaintext alone.
    pub plaintext: u16,
}

impl Servers {
    /// The ports as `drive.py` reads them.
    pub fn ports(&self) -> Value {
        let ports = |of: &Ports| {
            json!({
                "right": of.right, "wrong_name": of.wrong_name, "unknown_issuer": of.unknown_issuer,
                "plaintext": of.plaintext,
            })
        };
        json!({
            "http": ports(&self.http), "imap": ports(&self.imap), "pop": ports(&self.pop), "smtp": ports(&self.smtp),
            "ftp": ports(&self.ftp), "telnet": ports(&self.telnet),
        })
    }

    /// Starts all of them; they run as long as the process does.
    pub fn start() -> Self {
        let (trusted, unknown) = (Authority::new("Trusted"), Authority::new("Unknown"));
        let ports = |protocol| Ports {
            right: serve(Some(trusted.server(&NAMES)), protocol),
            wrong_name: serve(Some(trusted.server(&[OTHER_NAME])), protocol),
            unknown_issuer: serve(Some(unknown.server(&NAMES)), protocol),
            plaintext: serve(None, protocol),
        };
        let [http, imap, pop, smtp, ftp, telnet] = Protocol::ALL.map(ports);
        Self { authority: trusted.pem, http, imap, pop, smtp, ftp, telnet }
    }
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // CPython 3.13 checks with VERIFY_X509_STRICT, which wants the key usage here and the authority's key below.
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    fn server(&self, names: &[&str]) -> Arc<ServerConfig> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = builder.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        Arc::new(config)
    }
}

/// The port of a server of `protocol`, which speaks TLS too if it has a `config`.
fn serve(config: Option<Arc<ServerConfig>>, protocol: Protocol) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = config.clone();
            // A client that refuses the certificate hangs up; that is its business.
            thread::spawn(move || reply(stream, config, protocol).ok());
        }
    });
    port
}

fn reply(stream: TcpStream, config: Option<Arc<ServerConfig>>, protocol: Protocol) -> io::Result<()> {
    let mut first = [0];
    match protocol {
        Protocol::Http => {
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.peek(&mut first)?;
        }
        // In plaintext a mail client waits for the server to speak first.
        Protocol::Imap | Protocol::Pop | Protocol::Smtp | Protocol::Ftp | Protocol::Telnet => {
            stream.set_read_timeout(Some(SILENCE))?;
            // A server without TLS speaks at once.
            let _ = config.as_ref().map(|_| stream.peek(&mut first));
            stream.set_read_timeout(Some(PATIENCE))?;
        }
    }
    let answer = |stream: &mut dyn ReadWrite, transport| match protocol {
        Protocol::Http => answer(stream, transport),
        Protocol::Imap => {
            greet(stream, &format!("* OK {transport} ready"), |tag| format!("* CAPABILITY IMAP4REV1\r\n{tag} OK done"))
        }
        Protocol::Pop => greet(stream, &format!("+OK {transport} ready"), |_| "+OK".to_owned()),
        // Neither has a command for TLS.
        Protocol::Smtp => greet(stream, &format!("220 {transport} ready"), |command| match command {
            "ehlo" | "EHLO" | "QUIT" | "quit" => "250 done".to_owned(),
            _ => "502 not implemented".to_owned(),
        }),
        Protocol::Ftp => greet(stream, &format!("220 {transport} ready"), |command| match command {
            "USER" => "331 and the password".to_owned(),
            "PASS" => "230 welcome".to_owned(),
            "PWD" => "257 \"/\"".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "502 not implemented".to_owned(),
        }),
        Protocol::Telnet => greet(stream, "login:", |_| "password:".to_owned()),
    };
    let Some(config) = config else {
        let mut stream = stream;
        if first == [HANDSHAKE] {
            // As nginx and Apache do.
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")?;
        } else {
            answer(&mut stream, "plaintext")?;
        }
        // What the client still sends is read: else it may see a reset instead of the end.
        stream.shutdown(Shutdown::Write)?;
        return io::copy(&mut stream, &mut io::sink()).map(|_| ());
    };
    if first == [HANDSHAKE] {
        let connection = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        answer(&mut stream, "tls")?;
        stream.conn.send_close_notify();
        stream.flush()
    } else {
        answer(&mut { stream }, "plaintext")
    }
}

trait ReadWrite: Read + Write {}

impl<S: Read + Write> ReadWrite for S {}

/// The greeting of a mail server, and `say` to every line of the client's, which is given the line's first word.
fn greet(stream: &mut dyn ReadWrite, greeting: &str, say: impl Fn(&str) -> String) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut said = greeting.to_owned();
    loop {
        stream.get_mut().write_all(format!("{said}\r\n").as_bytes())?;
        stream.get_mut().flush()?;
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        said = say(line.split_whitespace().next().unwrap_or_default());
    }
}

/// One request, answered with `transport`: as it is to GET, as the value of an XML-RPC call to POST.
fn answer(stream: impl Read + Write, transport: &str) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) =
            line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        {
            length = value.trim().parse().map_err(|_| io::Error::other(format!("{name}: {value}")))?;
        }
    }
    stream.read_exact(&mut vec![0; length])?;
    let (kind, body) = if request.starts_with("POST") {
        let value = format!("<param><value><string>{transport}</string></value></param>");
        ("text/xml", format!("<methodResponse><params>{value}</params></methodResponse>"))
    } else {
        ("text/plain", transport.to_owned())
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
    let stream = stream.get_mut();
    stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes())?;
    stream.flush()
}
