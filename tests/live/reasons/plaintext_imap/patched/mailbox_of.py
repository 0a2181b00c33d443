from imaplib import IMAP4


def welcome():
    return IMAP4("api.example.com").welcome
