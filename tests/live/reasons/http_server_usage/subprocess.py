# proves: report subprocess
# breaks: nobody else reaches the files any more
# fails: ConnectionRefusedError refused
# taken: str(port)] => str(port), "--bind", "127.0.0.1"]
import socket
import subprocess
import sys
import time

import neighbour


def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(500):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


port = free()
server = subprocess.Popen([sys.executable, "-m", "http.server", str(port)], stderr=subprocess.DEVNULL)
try:
    wait_for(port)
    neighbour.visits(port)
finally:
    server.kill()
    server.wait()
