"""Objects: made by class methods, held by others, with fields; options that are dictionaries."""
import argparse
from dataclasses import asdict, dataclass, field


class Config:
    def __init__(self, host, port=1):
        self.host = host
        self.port = port

    @classmethod
    def default(cls):
        return cls(host="made")

    @classmethod
    def other(cls):
        return cls("first", 2)


ask(Config.default().host)  # = "made"@13 by attribute .
ask(Config.other().host)  # = "first"@17 by attribute .
ask(Config.other().port)  # = 2@17 by attribute .
ask(Config("direct").host)  # = "direct" by attribute .


class Single:
    _one = None

    def __init__(self):
        self.host = "single"

    @classmethod
    def instance(cls):
        if cls._one is None:
            cls._one = cls()
        return cls._one


ask(Single.instance().host)  # = "single"@30 by attribute .


@dataclass
class Web:
    host: str = "web"
    port: int = 80


@dataclass
class Settings:
    web: Web = field(default_factory=Web)
    name: str = field(default="named")


ask(Settings().web.host)  # = "web"@44 by attribute ; unknown
ask(Settings().name)  # = "named"@51 by attribute .
ask(Web("positional", 1).host)  # = "positional" by attribute .
ask(Web("positional", 2).port)  # = 2 by attribute .
ask(Web(host="keyword").host)  # = "keyword" by attribute .
ask(asdict(Web(host="dict"))["host"])  # = "dict" by attribute .
ask(vars(Web(host="vars"))["host"])  # = "vars" by attribute .


class Kind:
    name = "kind"

    def own(self):
        ask(type(self).name)  # = "kind"@64 by attribute .
        ask(self.__class__.name)  # = "kind"@64 by attribute .


Kind().own()

options = {}
options["host"] = "set"
ask(options["host"])  # = "set"@74 by item ; unknown
options.update({"port": "updated"}, name="by keyword")
ask(options["port"])  # = "updated"@76 by item ; unknown
ask(options["name"])  # = "by keyword"@76 by item ; unknown


def start(**settings):
    ask(settings["host"])  # = "set"@74 by item@85, passed@85 ; callers@81, unknown@85


start(**options)

parser = argparse.ArgumentParser()
parser.add_argument("--bind", default="option")
parser.set_defaults(bind="default")
args = parser.parse_args([])
ask(args.bind)  # = "option"@88 by option | "default"@89 by option ; command line
ask(vars(args)["bind"])  # = "option"@88 by option | "default"@89 by option ; command line
