import sys


def welcome_with(module, name):
    return getattr(sys.modules[module], name)("mail.example.com").welcome
