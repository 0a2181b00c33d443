//! Which strings mean every interface, and what replaces them.

use std::net::Ipv6Addr;

/// What kind of wildcard a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wildcard {
    /// `""`: every interface, for any family of the socket.
    Empty,
    /// Anything that `inet_aton` reads as 0.0.0.0.
    V4,
    /// Any spelling of `::`.
    V6 {
        /// `[::]`.
        bracketed: bool,
    },
}

/// The family of the socket, if known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Family {
    /// `AF_INET`, or the default of the class.
    #[default]
    V4,
    /// `AF_INET6`.
    V6,
    /// Unknown.
    Unknown,
    /// An expression decides between IPv4 and IPv6 at run time.
    Variable,
    /// Unix, netlink, packet, CAN, Bluetooth…: has no hosts.
    Other,
}

impl Wildcard {
    /// Parses a host.
    pub(super) fn of(host: &str) -> Option<Self> {
        if host.is_empty() {
            return Some(Self::Empty);
        }
        let (inner, bracketed) = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) => (inner, true),
            None => (host, false),
        };
        if inner.parse::<Ipv6Addr>().is_ok_and(|address| address.is_unspecified()) {
            return Some(Self::V6 { bracketed });
        }
        (!bracketed && is_zero_for_inet_aton(host)).then_some(Self::V4)
    }

    /// The loopback address in the same form.
    pub(super) fn loopback(self, family: Family) -> &'static str {
        match (self, family) {
            (Self::V6 { bracketed: true }, _) => "[::1]",
            (Self::V6 { bracketed: false }, _) | (Self::Empty, Family::V6) => "::1",
            (Self::V4 | Self::Empty, _) => "127.0.0.1",
        }
    }
}

/// Whether a text means every interface without being an address.
pub(super) fn means_everywhere(text: &str) -> bool {
    matches!(text, "*" | "all" | "any" | "public" | "external")
}

/// inet_aton(3): one to four parts, each decimal, octal with `0` or hexadecimal with `0x`; here all zero.
fn is_zero_for_inet_aton(host: &str) -> bool {
    let is_zero = |part: &str| {
        let digits = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")).unwrap_or(part);
        !digits.is_empty() && digits.chars().all(|c| c == '0')
    };
    host.split('.').count() <= 4 && host.split('.').all(is_zero)
}

#[cfg(test)]
mod tests {
    use super::{Family, Wildcard};

    #[test]
    fn wildcards_are_read_not_compared() {
        for (host, expected) in [
            ("", Some("127.0.0.1")),
            ("0.0.0.0", Some("127.0.0.1")),
            ("0", Some("127.0.0.1")),
            ("0x0", Some("127.0.0.1")),
            ("0.0", Some("127.0.0.1")),
            ("00.0x0.0.0", Some("127.0.0.1")),
            ("::", Some("::1")),
            ("0:0:0:0:0:0:0:0", Some("::1")),
            ("::0", Some("::1")),
            ("[::]", Some("[::1]")),
            ("0.0.0.0/0", None),
            ("0.0.0.0.0", None),
            ("0.0.0.1", None),
            ("127.0.0.1", None),
            ("::1", None),
            ("0x", None),
            (".", None),
            ("[0.0.0.0]", None),
        ] {
            assert_eq!(Wildcard::of(host).map(|wildcard| wildcard.loopback(Family::V4)), expected, "{host:?}");
        }
        assert_eq!(Wildcard::Empty.loopback(Family::V6), "::1");
    }
}
