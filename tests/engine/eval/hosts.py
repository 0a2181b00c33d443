"""Hosts as programs pass them on, each kind in several spellings: by a caller, from options, nobody knows from where, to a base."""
import argparse
import os
import socketserver


def ping(host):
    ask(host)  # = "127.0.0.1:18431"@11 by passed@11 ; callers@7


ping("127.0.0.1:18431")


def _ping(host="www.python.org", port=80):
    ask(host)  # = "internal"@20 by passed@20 | "by-name"@21 by passed@21 | "www.python.org"@14 by default@14 .
    ask(port)  # = 8080@20 by passed@20 | 80@14 by default@14 ; unknown@21


_ping()
_ping("internal", port=8080)
_ping(**{"host": "by-name"})


def serve(host, port):
    address = (host, port)
    ask(address[0])  # = "0.0.0.0"@29 by passed@29 ; callers@24


serve("0.0.0.0", 5000)


def _serve(address):
    host, port = address
    ask(host)  # = "0.0.0.0"@38 by passed@38 | "::"@39 by passed@39 .
    ask(port)  # = 5000@38 by passed@38 | 5001@39 by passed@39 .


_serve(("0.0.0.0", 5000))
_serve(address=("::", 5001))


def _serve_all(*addresses):
    for address in addresses:
        ask(address[0])  # = ; unknown@42


_serve_all(("127.0.0.1", 1), ("0.0.0.0", 2))


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost:8000")
    return parser.parse_args([])


args = parse()
ask(args.host)  # = "localhost:8000"@52 by option ; command line
options = vars(parse())
ask(options["host"])  # = "localhost:8000"@52 by option@58 ; command line@58
ask(parse().host)  # = "localhost:8000"@52 by option ; command line


def parse_known():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bind", dest="listen", default=os.environ.get("BIND", "0.0.0.0"))
    known, rest = parser.parse_known_args([])
    return known


ask(parse_known().listen)  # = "0.0.0.0"@65 by setting@65, option ; command line, environment@65


def fetch(host):
    ask(host)  # = ; callers@73


def _private(host):
    ask(host)  # = "www.python.org"@81 by passed@81 .


_private("www.python.org")


def _private_kept(host):
    ask(host)  # = "www.python.org"@89 by passed@89 ; callers@84


kept = _private_kept
kept("www.python.org")


def make():
    def inner(host):
        ask(host)  # = "www.python.org"@96 by passed@96 .

    inner("www.python.org")


make()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, server_address, handler):
        ask(server_address[0])  # = "0.0.0.0"@110 by passed@110 ; callers@105
        super().__init__(server_address, handler, bind_and_activate=False)


Server(("0.0.0.0", 9000), None)


class _Server:
    def __init__(self, server_address, handler=None):
        self.host, self.port = server_address
        self.address = server_address
        ask(self.host)  # = "0.0.0.0"@129 by passed@129, passed@126, attribute | "127.0.0.1"@137 by passed@137, passed@134, attribute ; unknown@126

    def start(self):
        ask(self.host)  # = "0.0.0.0"@129 by passed@129, passed@126, attribute | "127.0.0.1"@137 by passed@137, passed@134, attribute ; unknown@126
        ask(self.address[0])  # = "0.0.0.0"@129 by passed@129, passed@126, attribute | "127.0.0.1"@137 by passed@137, passed@134, attribute ; unknown@126


class _Forwarding(_Server):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)


_Forwarding(("0.0.0.0", 9000)).start()


class _ByName(_Server):
    def __init__(self, host, port):
        _Server.__init__(self, server_address=(host, port))


_ByName("127.0.0.1", 9001).start()
