# proves: report scheme-switch
# protocol: ftp
# breaks: the program was told that this server has no TLS
# fails: ftplib.error_perm 502
# beside: manual-upgrade
# taken: import ftplib\n => import ftplib\nimport ssl\n
# taken: ftplib.FTP(host) => ftplib.FTP_TLS(host, context=ssl.create_default_context())
# network: mail.example.com:21 plaintext
import ftplib


def connect(host, tls):
    if tls:
        return ftplib.FTP_TLS(host)
    return ftplib.FTP(host)


connection = connect("mail.example.com", tls=False)
assert connection.login("user", "password") == "230 welcome"
