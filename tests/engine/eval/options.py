"""Options of a command line, and settings with a default."""
import argparse
import os
from os import environ, getenv

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="opt")
parser.add_argument("--port", "-p", type=int, default=80)
parser.add_argument("--long-name", default="dashes")
parser.add_argument("--other", dest="named", default="dest")
parser.add_argument("--none")
parser.add_argument("--flag", action="store_true")
parser.set_defaults(later="set")
args = parser.parse_args([])
ask(args.host)  # = "opt"@7 by option ; command line
ask(args.port)  # = 80@8 by option ; command line
ask(args.long_name)  # = "dashes"@9 by option ; command line
ask(args.named)  # = "dest"@10 by option ; command line
ask(args.none)  # = <argparse.ArgumentParser.parse_args.none> ; unknown
ask(args.flag)  # = <argparse.ArgumentParser.parse_args.flag> ; unknown
ask(args.later)  # = "set"@13 by option ; command line
ask(vars(args)["host"])  # = "opt"@7 by option ; command line
HOST = args.host
ask(HOST)  # = "opt"@7 by option@23 ; command line@23
ask(args.host or "or")  # = "opt"@7 by option, choice | "or" by choice ; command line
ask(getattr(args, "host", "none"))  # = "none" by setting ; environment


def _main(options):
    ask(options.host)  # = "opt"@7 by option ; command line


_main(args)


def _parse():
    return parser.parse_args([])


ask(_parse().host)  # = "opt"@7 by option ; command line
ask(os.environ.get("TIGHTWIRE_NOT_SET", "env"))  # = "env" by setting ; environment
ask(os.getenv("TIGHTWIRE_NOT_SET", "getenv"))  # = "getenv" by setting ; environment
ask(environ.get("TIGHTWIRE_NOT_SET", "imported"))  # = "imported" by setting ; environment
ask(getenv("TIGHTWIRE_NOT_SET", "function"))  # = "function" by setting ; environment
ask(os.environ.get("TIGHTWIRE_NOT_SET"))  # = os.environ.get("TIGHTWIRE_NOT_SET") .
ask(os.environ.get("TIGHTWIRE_NOT_SET") or "or")  # = os.environ.get("TIGHTWIRE_NOT_SET") by choice | "or" by choice .
os.environ.setdefault("TIGHTWIRE_SET", "sd")
ask(os.environ["TIGHTWIRE_SET"])  # = "sd"@47 by item ; unknown
ask(int(os.environ.get("TIGHTWIRE_NOT_SET", "81")))  # = "81" by setting ; environment
SETTING = os.environ.get("TIGHTWIRE_NOT_SET", "kept")
ask(SETTING)  # = "kept"@50 by setting@50 ; environment@50
ask({"a": os.environ.get("TIGHTWIRE_NOT_SET", "in dict")}["a"])  # = "in dict" by setting ; environment
