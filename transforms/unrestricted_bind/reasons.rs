//! The reasons that only this rule gives.

use crate::finding::{Fact, Reason};

pub(super) const CLIENT_SOCKET: Reason =
    Reason::new("client-socket", "the socket connects, and that fails from a loopback address");
pub(super) const CONTAINER: Reason =
    Reason::new("container", "the project runs in a container, where loopback cannot be reached from outside");
pub(super) const DATAGRAM: Reason = Reason::new("datagram", "a datagram socket would stop receiving broadcasts");
pub(super) const DOCUMENTED: Reason =
    Reason::new("documented", "the file belongs to the documentation, whose text may say why the address is this one");
pub(super) const DUAL_STACK: Reason = Reason::new("dual-stack", "the server listens on IPv4 and IPv6 at once");
pub(super) const IMPORTED_VALUE: Reason =
    Reason::new("imported-value", "the address is written in another module of the project");
pub(super) const MULTICAST: Reason =
    Reason::new("multicast", "the socket would stop receiving multicasts or broadcasts");
pub(super) const NOT_EDITABLE: Reason =
    Reason::new("not-editable", "the address is computed, so there is no literal to edit");
pub(super) const OMITTED_HOST: Reason =
    Reason::new("omitted-host", "the call passes no host, so there is no literal to edit");
pub(super) const PUBLIC_PORT: Reason =
    Reason::new("public-port", "the port is a public one, or comes from the environment");
pub(super) const SENTINEL: Reason =
    Reason::new("sentinel", "the address means something to the program, which compares with it or names it");
pub(super) const TEST_SUBJECT: Reason = Reason::new("test-subject", "the test is about the callable that binds");
pub(super) const MAY_BE_REACHED: Reason =
    Reason::lacking("may-be-reached", "nothing shows that loopback is enough for this server", Fact::LocalOnly);
pub(super) const OWN_ADDRESS: Reason = Reason::new(
    "own-address",
    "the file connects to this machine by its name or address, where loopback does not answer",
);
pub(super) const PORT_PROBE: Reason = Reason::new(
    "port-probe",
    "the socket is only bound to find a free port, and another address may give another answer",
);
