//! The Python files that most tests of the program are about.

#![allow(dead_code, reason = "each test program uses its part")]

/// One finding, with a safe fix, on line 3.
pub const BIND: &str =
    "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"0.0.0.0\", 8080))\n";
/// [`BIND`], fixed.
pub const FIXED: &str = "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"127.0.0.1\", 8080))\n";
/// One finding with an unsafe fix: the port is that of a public service.
pub const PUBLIC: &str =
    "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"0.0.0.0\", 80))\n";
/// Two findings with safe fixes, on lines 3 and 4.
pub const TWO: &str = "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"\", 8080))\ns.bind((\"0.0.0.0\", 8081))\n";
