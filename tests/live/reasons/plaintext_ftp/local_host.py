# proves: report local-host
# protocol: ftp
# breaks: the server does not know the command that asks for TLS
# fails: ftplib.error_perm 502
# beside: manual-upgrade
# taken: import ftplib\n => import ftplib\nimport ssl\n
# taken: ftplib.FTP("localhost") => ftplib.FTP_TLS("localhost", context=ssl.create_default_context())
# network: localhost:21 plaintext
import ftplib

connection = ftplib.FTP("localhost")
assert connection.login("user", "password") == "230 welcome"
