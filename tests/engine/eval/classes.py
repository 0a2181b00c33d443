"""Classes: attributes of the class and of self, constructors, bases, properties, methods."""


class _Plain:
    HOST = "class"

    def __init__(self, host, port=80):
        self.host = host
        self.port = port
        self.fixed = "fixed"
        ask(host)  # = "given"@43 by passed@43 .

    def read(self):
        ask(self.host)  # = "given"@43 by passed@43, attribute ; unknown
        ask(self.port)  # = 80@7 by default@7, attribute .
        ask(self.fixed)  # = "fixed"@10 by attribute | "rebound"@20 by attribute .
        ask(self.HOST)  # = "class"@5 by attribute .

    def rebind(self):
        self.fixed = "rebound"

    def method(self, value):
        ask(value)  # = "argument"@46 by passed@46 | "returned"@50 by passed@50 .
        return value

    @staticmethod
    def static(value):
        ask(value)  # = "static"@47 by passed@47 ; callers@27

    @classmethod
    def of_class(cls, value):
        ask(value)  # = "of class"@48 by passed@48 ; callers@31
        ask(cls.HOST)  # = "class"@5 by attribute .

    @property
    def address(self):
        return "property"

    def read_property(self):
        ask(self.address)  # = "property"@37 by attribute .


plain = _Plain("given")
plain.read()
plain.rebind()
plain.method("argument")
_Plain.static("static")
_Plain.of_class("of class")
plain.read_property()
ask(plain.method("returned"))  # = "returned" by passed, returned .
ask(_Plain.HOST)  # = "class"@5 by attribute .
ask(plain.HOST)  # = "class"@5 by attribute .
ask(plain.fixed)  # = "fixed"@10 by attribute | "rebound"@20 by attribute .
ask(plain.address)  # = "property"@37 by attribute .


class _Base:
    where = "base"

    def __init__(self, host):
        self.host = host

    def read(self):
        ask(self.host)  # = "from derived"@72 by passed@72, attribute | "explicit"@88 by passed@88, passed@85, attribute ; unknown
        ask(self.where)  # = "base"@58 by attribute | "derived"@69 by attribute .


class _Derived(_Base):
    where = "derived"

    def __init__(self):
        super().__init__("from derived")

    def own(self):
        ask(self.where)  # = "derived"@69 by attribute .
        ask(self.host)  # = "from derived"@72 by passed@72, attribute ; unknown


_Derived().read()
_Derived().own()


class _Explicit(_Base):
    def __init__(self, host):
        _Base.__init__(self, host)


_Explicit("explicit").read()


class _Defaults:
    def __init__(self, host="dflt"):
        self.host = host

    def read(self):
        ask(self.host)  # = "dflt"@92 by default@92, attribute ; unknown


_Defaults().read()


class _Pair:
    def __init__(self, address):
        self.host, self.port = address

    def read(self):
        ask(self.host)  # = "pair"@111 by passed@111, attribute ; unknown
        ask(self.port)  # = 5@111 by passed@111, attribute .


_Pair(("pair", 5)).read()


class _Body:
    A = "a"
    B = A
    ask(B)  # = "a"@115 .
    PAIR = ("x", "y")
    FIRST = PAIR[0]
    ask(FIRST)  # = "x"@118 .


class _Conditional:
    def __init__(self, flag):
        if flag:
            self.host = "yes"
        else:
            self.host = "no"

    def read(self):
        ask(self.host)  # = "yes"@126 by attribute | "no"@128 by attribute ; unknown


_Conditional(True).read()
_Conditional(False).read()


class _Outside:
    host = "inside"

    def read(self):
        ask(self.host)  # = "inside"@139 by attribute ; unknown


outside = _Outside()
outside.host = "outside"
outside.read()


class _Getter:
    def __init__(self, host):
        self._host = host

    def get_host(self):
        return self._host

    def read(self):
        ask(self.get_host())  # = "gotten"@161 by passed@161, attribute@155, returned .


_Getter("gotten").read()
ask(getattr(_Body, "A", "none"))  # = "none" by setting ; environment


class Public:
    host = "public"

    def __init__(self, port):
        ask(port)  # = 1@173 by passed@173 ; callers@168
        ask(self.host)  # = "public"@166 by attribute ; unknown


Public(1)


class _Swap:
    def __init__(self, first, second):
        (self.first, self.second), self.third = (second, first), "third"

    def read(self):
        ask(self.first)  # = "two"@186 by passed@186, attribute .
        ask(self.second)  # = "one"@186 by passed@186, attribute .
        ask(self.third)  # = "third"@178 by attribute .


_Swap("one", "two").read()


class _Left:
    host = "left"


class _Top:
    host = "top"


class _Middle(_Top):
    pass


class _Bottom(_Middle, _Left):
    pass


class _Diamond(_Top):
    host = "diamond"


class _Both(_Middle, _Diamond):
    pass


ask(_Bottom.host)  # = "top"@194 by attribute ; unknown
ask(_Bottom().host)  # = "top"@194 by attribute ; unknown
ask(_Both.host)  # = "diamond"@206 by attribute ; unknown


class _Outer:
    class Inner:
        def give(self):
            return "inner"

    class Derived(Inner):
        pass


class _Uses(_Outer.Derived):
    pass


ask(_Outer.Inner().give())  # = "inner"@221 by returned .
ask(_Uses().give())  # = "inner"@221 by returned .
import dataclasses


@dataclasses.dataclass
class _Field:
    field: str = "field"


ask(_Field(*("starred",)).field)  # = "field"@238 by attribute ; unknown
LATE = _Field("made")
ask(LATE.field)  # = "made"@242 by attribute ; unknown
LATE.field = "set later"
ask(LATE.field)  # = "made"@242 by attribute ; unknown


class _Endpoint:
    def __init__(self, address="endpoint"):
        self.address = address


class _Dialer(_Endpoint):
    def __init__(self, address="dialer"):
        _Endpoint.__init__(self, address)

    def dial(self):
        ask(self.address)  # = "dialer"@254 by default@254, passed@255, attribute .


class _Listener(_Endpoint):
    def __init__(self, address="listener"):
        super().__init__(address)

    def listen(self):
        ask(self.address)  # = "passed"@276 by passed@276, passed@263, attribute | "listener"@262 by default@262, passed@263, attribute .


class _Plain(_Endpoint):
    def listen(self):
        ask(self.address)  # = "plain"@277 by passed@277, attribute .


_Dialer().dial()
_Listener().listen()
_Listener("passed").listen()
_Plain("plain").listen()
_Endpoint("other")
