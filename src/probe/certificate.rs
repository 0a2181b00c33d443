//! What is kept of a certificate.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// How many of its names are kept.
pub(super) const MOST_NAMES: usize = 3;

/// A certificate that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The first of the names that it is for.
    pub names: Vec<String>,
    /// When it expires.
    pub until: SystemTime,
}

impl Certificate {
    /// What is in `der`; none if that is not a certificate after all.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = parse_x509_certificate(der).ok()?;
        let names = certificate.subject_alternative_name().ok().flatten();
        let names = names.iter().flat_map(|names| &names.value.general_names).filter_map(name).take(MOST_NAMES);
        let until = u64::try_from(certificate.validity().not_after.timestamp()).ok()?;
        Some(Self { names: names.collect(), until: UNIX_EPOCH.checked_add(Duration::from_secs(until))? })
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|bytes| Ipv4Addr::from(bytes).to_string()),
            _ => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| Ipv6Addr::from(bytes).to_string()),
        },
        _ => None,
    }
}
