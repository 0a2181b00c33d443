import sys


def of(module, name):
    return sorted(getattr(sys.modules[module], name).values())
