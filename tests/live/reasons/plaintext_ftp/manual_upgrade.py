# proves: report manual-upgrade
# protocol: ftp
# breaks: the server does not know the command that asks for TLS
# fails: ftplib.error_perm 502
# taken: import ftplib\n => import ftplib\nimport ssl\n
# taken: ftplib.FTP("api.example.com") => ftplib.FTP_TLS("api.example.com", context=ssl.create_default_context())
# network: api.example.com:21 plaintext
import ftplib

connection = ftplib.FTP("api.example.com")
assert connection.login("user", "password") == "230 welcome"
