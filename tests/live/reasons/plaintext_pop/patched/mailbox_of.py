from poplib import POP3


def welcome():
    return POP3("api.example.com").welcome
