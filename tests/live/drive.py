"""Runs programs, as they were and as they were fixed, in the interpreter that runs this: CPython 2.7 and up.

Two arguments: a JSON file that says what to run, and the file for the answer, which is JSON too:
`{"python": "3.13.0", "skipped": {program: why}, "ran": [program], "wrong": {program: [what]}}`.

Names are not looked up: whatever host and port a client asks for, it reaches the server that is being tested, and what it
asked for is checked. Programs find a process in which certificate checks are switched off, so that only a context of their
own verifies anything.
"""
import ast
import json
import re
import signal
import socket
import sys

try:
    import ssl
except ImportError as error:
    ssl, NO_SSL = None, "no ssl module: %s" % error

LOOPBACK = ("127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")
# What a verifying client says to a name that is not in the certificate, and to an issuer that it does not know.
WRONG_NAME = re.compile("match", re.IGNORECASE)
UNKNOWN_ISSUER = re.compile("CERTIFICATE_VERIFY_FAILED")
SECONDS_FOR_ONE = 20

real_create_connection = socket.create_connection


class Wrong(Exception):
    """What was observed is not what must be."""


class Ran(object):
    """A program that was run: its names, the hosts and ports that it asked for, and what it died of."""

    def __init__(self, text, server=None):
        self.asked = []
        self.names = {"__name__": "program", "__file__": __file__}
        self.error = None

        def create_connection(address, *arguments, **keywords):
            self.asked.append(tuple(address))
            return real_create_connection(("127.0.0.1", server), *arguments, **keywords)

        if server is not None:
            socket.create_connection = create_connection
        if ssl is not None:
            ssl._create_default_https_context = ssl._create_unverified_context
        if hasattr(signal, "alarm"):
            signal.signal(signal.SIGALRM, out_of_time)
            signal.alarm(SECONDS_FOR_ONE)
        try:
            exec(compile(text, "program", "exec", 0, True), self.names)
        except Exception as error:
            # urllib wraps what its connection raised.
            inner = getattr(error, "reason", None)
            self.error = inner if isinstance(inner, Exception) else error
        finally:
            if hasattr(signal, "alarm"):
                signal.alarm(0)
            socket.create_connection = real_create_connection

    def transport(self):
        """How the answer came: `plaintext` or `tls`, as the server saw it."""
        if self.error is not None:
            raise Wrong("%s: %s" % (type(self.error).__name__, self.error))
        response = self.names["response"]
        if not hasattr(response, "read"):
            return response
        status = response.status if hasattr(response, "status") else response.getcode()
        body = response.read().decode("ascii")
        if status != 200:
            raise Wrong("status %s" % status)
        return body


def out_of_time(signum, frame):
    raise Wrong("did not end within %d seconds" % SECONDS_FOR_ONE)


def expect(what, expected, got):
    if expected != got:
        raise Wrong("%s: expected %r, got %r" % (what, expected, got))


def refused(ran, reason):
    """The connection was made, and given up for the certificate's sake."""
    if ran.error is None:
        raise Wrong("the certificate was accepted")
    if not isinstance(ran.error, (ssl.SSLError, ssl.CertificateError)) or not reason.search(str(ran.error)):
        raise Wrong("expected %r, got %s: %s" % (reason.pattern, type(ran.error).__name__, ran.error))


def arrives(program, ran):
    """What was meant for an attribute of the connection object is there."""
    for name, literal in program["arrives"].items():
        expect(name, ast.literal_eval(literal), getattr(ran.names["connection"], name))


def client(program, which, servers):
    """The checks of a client, one after the other."""
    before, after = program["before"], program["after"]
    if which == "before":
        expected = program["expect"]
        ran = Ran(before, servers["right"])
        if expected == "plaintext":
            expect("transport", "plaintext", ran.transport())
            expect("port", program["ports"][0], ran.asked[-1][1])
            arrives(program, ran)
        elif expected in ("default", "unverified"):
            # Both must be seen to trust a certificate for another name, and one from anybody.
            for server in "wrong_name", "unknown_issuer":
                ran = Ran(before, servers[server])
                expect("transport", "tls", ran.transport())
            arrives(program, ran)
        else:
            expect("error", expected, type(ran.error).__name__)
    elif which == "after":
        ran = Ran(after, servers["right"])
        expect("transport", "tls", ran.transport())
        for _, port in ran.asked:
            expect("port", program["ports"][1], port)
        arrives(program, ran)
    elif which == "wrong_name":
        refused(Ran(after, servers["wrong_name"]), WRONG_NAME)
    else:
        refused(Ran(after, servers["unknown_issuer"]), UNKNOWN_ISSUER)


def server(program, which):
    ran = Ran(program[which])
    if ran.error is not None:
        raise Wrong("%s: %s" % (type(ran.error).__name__, ran.error))
    bound = [name[0] for name in ran.names["bound"]]
    allowed = EVERYWHERE if which == "before" else LOOPBACK
    if not bound or not set(bound) <= set(allowed):
        raise Wrong("expected %s, bound to %s" % (" or ".join(allowed), bound))


def has_ipv6():
    try:
        probe = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        probe.bind(("::1", 0))
        probe.close()
        return True
    except (socket.error, AttributeError):
        return False


def why_not(program):
    """Why a program cannot run here, or None if it can."""
    here = list(sys.version_info[:2])
    if not program["first"] <= here <= program["last"]:
        return "another Python's"
    if program["kind"] == "client" and ssl is None:
        return NO_SSL
    if "ipv6" in program["needs"] and not has_ipv6():
        return "no IPv6 here"
    return None


def main():
    with open(sys.argv[1]) as stream:
        task = json.load(stream)
    answer = {"python": sys.version.split()[0], "skipped": {}, "ran": [], "wrong": {}}
    for program in task["programs"]:
        name = program["name"]
        reason = why_not(program)
        if reason:
            answer["skipped"][name] = reason
            continue
        answer["ran"].append(name)
        is_client = program["kind"] == "client"
        for which in ("before", "after", "wrong_name", "unknown_issuer") if is_client else ("before", "after"):
            try:
                if is_client:
                    client(program, which, task["servers"][program["protocol"]])
                else:
                    server(program, which)
            except Exception as error:
                kind = "" if isinstance(error, Wrong) else type(error).__name__ + ": "
                answer["wrong"].setdefault(name, []).append("%s: %s%s" % (which, kind, error))
    with open(sys.argv[2], "w") as stream:
        json.dump(answer, stream)


if __name__ == "__main__":
    main()
