# proves: report port-probe
# breaks: the port is taken, on another address
# fails: AssertionError holders.port_on
# taken: bind(("" => bind(("127.0.0.1"
import socket

import holders


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True


assert not is_free(holders.port_on("127.0.0.2"))
