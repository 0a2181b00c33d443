# proves: report scheme-switch
# protocol: smtp
# breaks: the program was told that this server has no TLS
# fails: ConnectionRefusedError :465
# beside: manual-upgrade
# taken: import smtplib\n => import smtplib\nimport ssl\n
# taken: smtplib.SMTP(host) => smtplib.SMTP_SSL(host, context=ssl.create_default_context())
# network: mail.example.com:25 plaintext
import smtplib


def connect(host, tls):
    if tls:
        return smtplib.SMTP_SSL(host)
    return smtplib.SMTP(host)


connection = connect("mail.example.com", tls=False)
assert connection.ehlo()[0] == 250
