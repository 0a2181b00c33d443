"""Runs programs, as they were and as they were fixed, in the interpreter that runs this: CPython 2.7 and up.

Two arguments: a JSON file that says what to run, and the file for the answer, which is JSON too:
`{"python": "3.13.0", "skipped": {program: why}, "ran": [program], "wrong": {program: [what]}}`.

Names are not looked up: whatever host and port a client asks for, it reaches the server that is being tested, and what it
asked for is checked. Programs find a process in which certificate checks are switched off, so that only a context of their
own verifies anything.

A proof is a program in a folder of its own, run in a child of this process. It reaches the servers that its network has,
and this machine; everything else refuses connections.
"""
import ast
import errno
import json
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import traceback
import types

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

    def __init__(self, text, server=None, names=()):
        self.asked = []
        self.names = dict(names, __name__="program", __file__=__file__)
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
            expect("port", program["ports"][0], int(ran.asked[-1][1]))
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
            expect("port", program["ports"][1], int(port))
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


def free_port():
    """A port on which nobody listens, of any address."""
    probe = socket.socket()
    probe.bind(("", 0))
    port = probe.getsockname()[1]
    probe.close()
    return port


def listens(text, port, expected):
    """The program is bound to `expected`, and answers there."""
    ran = Ran(text, names={"PORT": port})
    if ran.error is not None:
        raise Wrong("%s: %s" % (type(ran.error).__name__, ran.error))
    try:
        bound = [address[:2] for address in ran.names["bound"]]
        expect("bound to", [(expected, port)], bound)
        visitor = socket.socket(socket.AF_INET6 if ":" in expected else socket.AF_INET)
        visitor.settimeout(SECONDS_FOR_ONE)
        # Who connects to every interface reaches this machine.
        visitor.connect((expected, port))
        visitor.close()
    finally:
        ran.names["close"]()


def choice(program):
    """Each way to fix a bind, with what is wrong with it."""
    is_ipv6 = "ipv6" in program["needs"]
    everywhere, loopback = ("::", "::1") if is_ipv6 else ("0.0.0.0", "127.0.0.1")
    others = [everywhere] + ([] if is_ipv6 or not has_neighbour() else [Neighbour.ADDRESS])
    runs = [("before", program["before"], None, everywhere)]
    for way, text in sorted(program["after"].items()):
        runs.append((way, text, None, loopback))
        # Only what reads the variable is moved by it.
        runs.extend((way, text, other, other if way == "environment" else loopback) for other in others)
    for way, text, variable, expected in runs:
        os.environ.pop("HOST", None)
        if variable is not None:
            os.environ["HOST"] = variable
        try:
            listens(text, free_port(), expected)
        except Exception as error:
            yield "%s with HOST=%s: %s: %s" % (way, variable, type(error).__name__, error)
    os.environ.pop("HOST", None)


class Neighbour(types.ModuleType):
    """The module `neighbour`: somebody who reaches this machine by another address than 127.0.0.1."""

    ADDRESS = "127.0.0.2"

    def visits(self, port, host=ADDRESS):
        """Connects to `port`, and hangs up."""
        visitor = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        visitor.settimeout(SECONDS_FOR_ONE)
        visitor.connect((host, port))
        visitor.close()

    def sends(self, port, message, host=ADDRESS):
        """Sends a datagram to `port`."""
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.sendto(message, (host, port))
        sender.close()


def network_of(program, servers):
    """`socket.create_connection` in the network of a proof."""

    def create_connection(address, *arguments, **keywords):
        host, port = address[:2]
        answering = program["network"].get("%s:%s" % (host, port))
        if answering is not None:
            return real_create_connection(("127.0.0.1", servers[{"tls": "right"}.get(answering, answering)]), *arguments, **keywords)
        if re.match(r"127\.|::1$", host) and not program["network"]:
            return real_create_connection(address, *arguments, **keywords)
        raise socket.error(errno.ECONNREFUSED, "nobody answers at %s:%s" % (host, port))

    return create_connection


def run_proof(program, servers):
    """Runs the program in the current folder; dies of what it dies of."""
    socket.create_connection = network_of(program, servers)
    sys.modules["neighbour"] = Neighbour("neighbour")
    names = [os.path.basename(path)[:-3] for path in program["before"] if path.endswith(".py")]
    if "ssl" in names:
        # As a new process would find it.
        names += ["http.client", "httplib"]
    for name in names:
        sys.modules.pop(name, None)
    if program["old"] == "without ssl":
        sys.modules["ssl"] = None
    elif program["old"] == "without verification":
        ssl._create_default_https_context = ssl._create_unverified_context
    elif program["old"] == "without create_default_context":
        del ssl.create_default_context
    place = program["place"]
    sys.path[0:0] = [os.path.abspath(os.path.dirname(place)), os.path.abspath(".")]
    sys.argv = [place]
    module = types.ModuleType("__main__")
    module.__file__ = place
    sys.modules["__main__"] = module
    if sys.version_info[0] == 2:
        # A file with a character that is not ASCII is an error; the same text in `exec` is not.
        execfile(place, module.__dict__)
        return
    with open(place, "rb") as stream:
        text = stream.read()
    exec(compile(text, place, "exec", 0, True), module.__dict__)


def kind_of(error, name):
    """Whether `error` is a `name`: `AssertionError`, `ssl.SSLError`."""
    module, _, last = name.rpartition(".")
    if module:
        return isinstance(error, getattr(__import__(module, fromlist=[last]), last))
    return name in [base.__name__ for base in type(error).__mro__]


def outcome(program, which, servers):
    """What the program dies of: whether that is the failure that it names, and what it is; None if it works."""
    folder = tempfile.mkdtemp()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        died = [False, "it could not be judged"]
        try:
            for path, text in program[which].items():
                path = os.path.join(folder, path)
                if not os.path.isdir(os.path.dirname(path)):
                    os.makedirs(os.path.dirname(path))
                with open(path, "wb") as stream:
                    stream.write(text.encode("utf-8"))
            os.chdir(folder)
            signal.signal(signal.SIGALRM, out_of_time)
            signal.alarm(SECONDS_FOR_ONE)
            run_proof(program, servers)
            died = None
        except BaseException as error:
            # An `exit()` of zero is an end like any other.
            if isinstance(error, SystemExit) and not error.code:
                died = None
            else:
                # The statement says which of the program's assertions it is.
                statement = traceback.extract_tb(sys.exc_info()[2])[-1][3] or ""
                said = "%s\n%s" % (error, statement)
                is_it = kind_of(error, program["error"]) and re.search(program["message"], said) is not None
                died = [is_it, "%s: %s\n%s" % (type(error).__name__, error, traceback.format_exc()[-400:])]
        finally:
            os.write(writing, json.dumps(died).encode("utf-8"))
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    shutil.rmtree(folder)
    return json.loads(said.decode("utf-8"))


def proof(program, which, servers):
    died = outcome(program, which, servers)
    if which == "before":
        if died is not None:
            raise Wrong("it does not work as it is: %s" % died[1])
    elif died is None:
        raise Wrong("it works with the fix")
    elif not died[0]:
        raise Wrong("expected %s %s, got %s" % (program["error"], program["message"], died[1]))


def has_neighbour():
    """Whether a second address of loopback is this machine's."""
    try:
        probe = socket.socket()
        probe.bind((Neighbour.ADDRESS, 0))
        probe.close()
        return True
    except socket.error:
        return False


def has_route():
    """Whether packets leave this machine."""
    try:
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        probe.connect(("192.0.2.77", 9))
        probe.close()
        return True
    except socket.error:
        return False


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
    if program["kind"] in ("client", "proof") and ssl is None:
        return NO_SSL
    if program["kind"] == "proof" and not hasattr(os, "fork"):
        return "no fork here"
    if "route" in program["needs"] and not has_route():
        return "no other machine can be reached"
    if "neighbour" in str(program["before"]) and not has_neighbour():
        return "127.0.0.2 is not this machine"
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
        kind = program["kind"]
        if kind == "choice":
            wrong = list(choice(program))
            if wrong:
                answer["wrong"][name] = wrong
            continue
        for which in ("before", "after", "wrong_name", "unknown_issuer") if kind == "client" else ("before", "after"):
            try:
                if kind == "client":
                    client(program, which, task["servers"][program["protocol"]])
                elif kind == "proof":
                    proof(program, which, task["servers"][program["protocol"]])
                else:
                    server(program, which)
            except Exception as error:
                said = "" if isinstance(error, Wrong) else type(error).__name__ + ": "
                answer["wrong"].setdefault(name, []).append("%s: %s%s" % (which, said, error))
    with open(sys.argv[2], "w") as stream:
        json.dump(answer, stream)


if __name__ == "__main__":
    main()
