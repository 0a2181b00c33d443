//! `tightwire probe`, against servers on loopback that speak TLS, something else, or nothing.

use crate::project::{Project, Ran};
use crate::trials::tests;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

tests! {
    only_a_verified_handshake_speaks_tls,
    what_was_seen_is_written_once_and_makes_fixes_safe,
    an_earlier_answer_is_asked_again_where_it_stands,
    nothing_is_contacted_unasked,
    the_names_of_hosts_are_checked_and_this_machine_is_not_asked,
    a_stopped_probe_keeps_what_it_knows,
    many_hosts_are_bounded_at_once_and_in_time,
}

/// An authority, in a file that `SSL_CERT_FILE` can name.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A server on loopback with a certificate for `name` until the first day of a year; the port.
    fn server(&self, name: &str, year: i32) -> u16 {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(year, 1, 1));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config =
            Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap());
        serve(move |mut stream| {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        })
    }
}

/// A server on loopback; the port. It runs as long as the process does.
fn serve(reply: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let reply = Arc::new(reply);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = Arc::clone(&reply);
            thread::spawn(move || reply(stream));
        }
    });
    port
}

/// Answers in plaintext, as web servers do that are spoken to in TLS.
fn plaintext(mut stream: TcpStream) {
    let mut hello = [0; 1024];
    let _ = stream.read(&mut hello);
    let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
}

/// Accepts, and says nothing.
fn silent(mut stream: TcpStream) {
    while stream.read(&mut [0; 1024]).is_ok_and(|count| count > 0) {}
}

/// A port that nothing listens on.
fn closed() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A project that calls these hosts, and `probe` in it.
struct Probed {
    project: Project,
    resolve: Vec<String>,
}

impl Probed {
    /// `hosts` are names with ports on loopback.
    fn new(authority: &Authority, hosts: &[(&str, u16)]) -> Self {
        let mut text = "import http.client\n\n".to_owned();
        for (index, (host, port)) in hosts.iter().enumerate() {
            text.push_str(&format!("c{index} = http.client.HTTPConnection(\"{host}:{port}\")\n"));
        }
        let resolve = hosts.iter().map(|(host, port)| format!("--resolve={host}:{port}:127.0.0.1")).collect();
        Self { project: Project::new(&[("client.py", &text), ("authority.pem", &authority.pem)]), resolve }
    }

    fn command(&self, args: &[&str]) -> std::process::Command {
        let resolve: Vec<&str> = self.resolve.iter().map(String::as_str).collect();
        let mut command = self.project.command_in(self.project.folder.path(), &[&["probe"], args, &resolve].concat());
        command.env("SSL_CERT_FILE", self.project.path("authority.pem")).env_remove("SSL_CERT_DIR");
        command.env("TIGHTWIRE_TODAY", "2026-12-01");
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&self.command(args).output().unwrap())
    }

    /// What is said of `host` in JSON.
    fn outcome(&self, lines: &Value, host: &str) -> Value {
        lines.as_array().unwrap().iter().find(|line| line["host"] == host).unwrap()["outcome"].clone()
    }

    fn on(&self, today: &str, args: &[&str]) -> Ran {
        let mut command = self.project.command_in(self.project.folder.path(), args);
        Ran::of(&command.env("TIGHTWIRE_TODAY", today).output().unwrap())
    }
}

fn only_a_verified_handshake_speaks_tls() {
    let (authority, unknown) = (Authority::new("Trusted"), Authority::new("Unknown"));
    let hosts = [
        ("right.corp", authority.server("right.corp", 2040), "speaks-tls"),
        ("a.wild.corp", authority.server("*.wild.corp", 2040), "speaks-tls"),
        ("expired.corp", authority.server("expired.corp", 2021), "expired"),
        ("other.corp", authority.server("right.corp", 2040), "wrong-name"),
        ("unknown.corp", unknown.server("unknown.corp", 2040), "unknown-authority"),
        ("plain.corp", serve(plaintext), "not-tls"),
        ("hangs-up.corp", serve(drop), "not-tls"),
        ("silent.corp", serve(silent), "timed-out"),
        ("closed.corp", closed(), "refused"),
    ];
    // Of `*.corp`, `corp` would be a public suffix; webpki takes the wildcard.
    let hosts =
        hosts.map(|(host, port, outcome)| (host, port, if host == "wild.corp" { "speaks-tls" } else { outcome }));
    let probed = Probed::new(&authority, &hosts.map(|(host, port, _)| (host, port)));
    let ran = probed.run(&["--yes", "--timeout", "1", "--output-format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let lines = ran.json();
    for (host, _, outcome) in hosts {
        assert_eq!(probed.outcome(&lines, host), json!(outcome), "{host}: {}", ran.out);
    }
    assert!(ran.err.contains("A TLS handshake with 9 hosts:\n  "), "{}", ran.err);
    let text = probed.run(&["--yes", "--timeout", "1"]);
    let right = format!("right.corp:{} speaks TLS (certificate for right.corp, until 2040-01-01)\n", hosts[0].1);
    assert!(text.out.contains(&right), "{}", text.out);
    for told in ["has a certificate that has expired (on 2021-01-01)", "has a certificate for other names (right.corp)"]
    {
        assert!(text.out.contains(told), "{}", text.out);
    }
    assert!(text.err.contains("2 of 9 hosts speak TLS.\n`--write` adds them"), "{}", text.err);
    assert!(!probed.project.path("tightwire.toml").exists());
    // Without authorities nothing can be verified.
    std::fs::write(probed.project.path("authority.pem"), "").unwrap();
    let none = probed.run(&["--yes"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("certificate authorities cannot be used"), "{}", none.err);
}

fn what_was_seen_is_written_once_and_makes_fixes_safe() {
    let authority = Authority::new("Trusted");
    let (right, plain) = (authority.server("right.corp", 2040), serve(plaintext));
    let probed = Probed::new(&authority, &[("right.corp", right), ("plain.corp", plain)]);
    let ran = probed.run(&["--yes", "--write", "--timeout", "1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let answer = format!(
        "[evidence]\ntls = [\n    {{ about = \"right.corp:{right}\", reason = \"probed: certificate for right.corp on 2026-12-01\", \
         until = 2040-01-01 }},\n]\n"
    );
    assert_eq!(probed.project.read("tightwire.toml"), answer);
    let applicability = |today: &str| {
        let report = probed.on(today, &["check", "--output-format", "json"]).json();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["applicability"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(applicability("2026-12-01"), ["safe", "unsafe"]);
    assert_eq!(applicability("2040-01-02"), ["unsafe", "unsafe"]);
    // What is answered is not asked again, and what is not is not written.
    let again = probed.run(&["--yes", "--write", "--timeout", "1"]);
    assert!(!again.out.contains("right.corp") && again.out.contains("plain.corp"), "{}", again.out);
    assert_eq!(probed.project.read("tightwire.toml"), answer);
}

fn an_earlier_answer_is_asked_again_where_it_stands() {
    let authority = Authority::new("Trusted");
    let port = authority.server("right.corp", 2040);
    let probed = Probed::new(&authority, &[("right.corp", port)]);
    let entry = |reason: &str, until: &str| {
        format!(
            "# ours\n[evidence]\ntls = [\n    'x.corp', # asked\n    {{ about = \"right.corp:{port}\", reason = \"probed: {reason}\", until = {until} }}, # gateway\n]\n"
        )
    };
    std::fs::write(probed.project.path("tightwire.toml"), entry("long ago", "2027-01-01")).unwrap();
    let new = entry("certificate for right.corp on 2026-12-01", "2040-01-01");
    assert!(probed.run(&["--yes", "--write"]).err.contains("No host to ask"));
    let ran = probed.run(&["--yes", "--write", "--again"]);
    assert_eq!((ran.code, probed.project.read("tightwire.toml")), (Some(0), new.clone()), "{}", ran.err);
    // One that is out of date is an open question again.
    std::fs::write(probed.project.path("tightwire.toml"), entry("long ago", "2026-01-01")).unwrap();
    let ran = probed.run(&["--yes", "--write"]);
    assert_eq!((ran.code, probed.project.read("tightwire.toml")), (Some(0), new), "{}", ran.err);
}

fn nothing_is_contacted_unasked() {
    let authority = Authority::new("Trusted");
    let port = serve(|_| panic!("somebody connected"));
    let probed = Probed::new(&authority, &[("right.corp", port)]);
    let ran = probed.run(&["--write"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("pass `--yes`"), "{}", ran.err);
    for args in [&["--resolve", "x"][..], &["--resolve", "a:0:127.0.0.1"], &["--resolve", "a:1:b"], &["--timeout", "0"]]
    {
        assert_eq!(probed.run(&[&["--yes"], args].concat()).code, Some(2), "{args:?}");
    }
    let other = Project::new(&[("a.py", "import http.client\nhttp.client.HTTPConnection('example.com')\n")]);
    assert!(other.run(&["probe", "--yes"]).err.contains("No host to ask"));
}

fn the_names_of_hosts_are_checked_and_this_machine_is_not_asked() {
    let authority = Authority::new("Trusted");
    let port = authority.server("xn--bcher-kva.corp", 2040);
    let probed = Probed::new(
        &authority,
        &[("b\u{fc}cher.corp", port), ("localhost", port), ("127.0.0.1", port), ("a b.corp", port)],
    );
    let mut command = probed.command(&["--yes", "--output-format", "json"]);
    // What cannot be named cannot be resolved either.
    let bad = command.output().unwrap();
    assert_eq!(Ran::of(&bad).code, Some(2));
    let resolve = format!("--resolve=b\u{fc}cher.corp:{port}:127.0.0.1");
    let mut command = probed
        .project
        .command_in(probed.project.folder.path(), &["probe", "--yes", "--output-format", "json", &resolve]);
    let ran = Ran::of(&command.env("SSL_CERT_FILE", probed.project.path("authority.pem")).output().unwrap());
    let lines = ran.json();
    assert_eq!(lines.as_array().unwrap().len(), 1, "{}", ran.out);
    assert_eq!((&lines[0]["host"], &lines[0]["outcome"]), (&json!("xn--bcher-kva.corp"), &json!("speaks-tls")));
    assert_eq!(lines[0]["about"], format!("b\u{fc}cher.corp:{port}"));
    assert!(ran.err.contains("is not a host that can be asked"), "{}", ran.err);
}

fn a_stopped_probe_keeps_what_it_knows() {
    let authority = Authority::new("Trusted");
    let (right, hangs) = (authority.server("right.corp", 2040), serve(silent));
    let probed = Probed::new(&authority, &[("right.corp", right), ("silent.corp", hangs)]);
    let mut command = probed.command(&["--yes", "--write", "--timeout", "600", "--output-format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id().to_string();
    let waited = thread::spawn(move || child.wait_with_output().unwrap());
    // Time for the first host; the second one never ends.
    thread::sleep(Duration::from_secs(3));
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let ran = Ran::of(&waited.join().unwrap());
    assert_eq!(ran.code, Some(130), "{}", ran.err);
    let lines = ran.json();
    assert_eq!(probed.outcome(&lines, "right.corp"), json!("speaks-tls"));
    assert_eq!(probed.outcome(&lines, "silent.corp"), json!("not-asked"));
    assert!(probed.project.read("tightwire.toml").contains("right.corp"), "{}", ran.err);
}

fn many_hosts_are_bounded_at_once_and_in_time() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let authority = Authority::new("Trusted");
    let port = serve(|stream| {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(20));
        NOW.fetch_sub(1, Ordering::SeqCst);
        plaintext(stream);
    });
    let names: Vec<String> = (0..300).map(|index| format!("h{index}.corp")).collect();
    let hosts: Vec<(&str, u16)> = names.iter().map(|name| (name.as_str(), port)).collect();
    let probed = Probed::new(&authority, &hosts);
    let ran = probed.run(&["--yes", "--timeout", "60"]);
    assert!(ran.err.contains("0 of 300 hosts speak TLS."), "{}", ran.err);
    assert_eq!(ran.out.matches("does not speak TLS").count(), 300);
    let most = MOST.load(Ordering::SeqCst);
    assert!((1..=16).contains(&most), "{most} at once");
    // Out of time before all are asked: the others are named as not asked.
    let hangs = serve(silent);
    let hosts: Vec<(&str, u16)> = names.iter().take(40).map(|name| (name.as_str(), hangs)).collect();
    let probed = Probed::new(&authority, &hosts);
    let ran = probed.run(&["--yes", "--timeout", "600", "--total-timeout", "1"]);
    assert_eq!(ran.out.matches("did not answer in time").count(), 16, "{}", ran.out);
    assert_eq!(ran.out.matches("was not asked to the end (out of time)").count(), 24, "{}", ran.out);
    assert!(ran.err.contains("24 not asked"), "{}", ran.err);
}
