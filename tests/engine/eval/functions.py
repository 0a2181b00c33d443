"""Functions: arguments by position, by name, defaults, who calls."""


def _position(host, port):
    ask(host)  # = "p"@9 by passed@9 ; callers@4
    ask(port)  # = 1@9 by passed@9 ; callers@4


_position("p", 1)


def _keyword(host, port):
    ask(host)  # = "k"@17 by passed@17 | "passed on"@165 by passed@165, passed@162 .
    ask(port)  # = 2@17 by passed@17 | 2@162 by passed@162 .


_keyword(port=2, host="k")


def _default(host="dflt", port=None):
    ask(host)  # = "dflt"@20 by default@20 .
    ask(port)  # = None@20 by default@20 .


_default()


def _given(host="dflt"):
    ask(host)  # = "given"@32 by passed@32 .


_given("given")


def _both(host="dflt"):
    ask(host)  # = "given"@40 by passed@40 | "dflt"@35 by default@35 .


_both()
_both("given")


def public(host, port=9):
    ask(host)  # = "pub"@48 by passed@48 ; callers@43
    ask(port)  # = 9@43 by default@43 ; callers@43


public("pub")


def _star(host, *rest):
    ask(host)  # = "s"@56 by passed@56 .
    ask(rest[0])  # = "t"@56 by passed@56 .


_star("s", "t", "u")


def _named(*, host, port=3):
    ask(host)  # = "named"@64 by passed@64 .
    ask(port)  # = 3@59 by default@59 .


_named(host="named")


def _only(host, /, port):
    ask(host)  # = "only"@72 by passed@72 .
    ask(port)  # = 4@72 by passed@72 .


_only("only", 4)
ADDRESS = ("spread", 5)


def _spread(host, port):
    ask(host)  # = "spread"@73 by passed@81 .
    ask(port)  # = 5@73 by passed@81 .


_spread(*ADDRESS)


def _forward(*args, **kwargs):
    _target(*args, **kwargs)


def _target(host, port=6):
    ask(host)  # = "fwd"@93 by passed@93, passed@85 ; unknown@85
    ask(port)  # = 7@93 by passed@93, passed@85 | 6@88 by default@88 ; unknown@85


_forward("fwd", port=7)


def _inner(host):
    ask(host)  # = "middle"@104 by passed@104, passed@101 .


def _middle(host):
    _inner(host)


_middle("middle")


def _recursive(host, times=1):
    ask(host)  # = "rec"@113 by passed@113 ; unknown@110
    if times:
        _recursive(host, times - 1)


_recursive("rec")


def _rebound(host):
    host = host or "or"
    ask(host)  # = "or"@117 by choice@117 .


_rebound("")


def _uncalled(host):
    ask(host)  # = ; callers@124


_handed = _position


def _closure(host):
    def inner():
        ask(host)  # = "closure"@138 by passed@138 .

    inner()


_closure("closure")
(lambda host: ask(host))("lambda")  # = "lambda" by passed .
_call = lambda host: ask(host)  # = lambda host: ask(host) .
_call("named lambda")


def _annotated(host: str = "ann", *, port: int = 8) -> None:
    ask(host)  # = "ann"@144 by default@144 .
    ask(port)  # = 8@144 by default@144 .


_annotated()


def _tuple_default(address=("td", 10)):
    host, port = address
    ask(host)  # = "td"@152 by default@152 .
    ask(port)  # = 10@152 by default@152 .


_tuple_default()


def _passes_on(host):
    return _keyword(port=2, host=host)


_passes_on("passed on")
ask(max("m1", "m0"))  # = "m1" | "m0" .
