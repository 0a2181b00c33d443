# proves: report manual-upgrade
# protocol: smtp
# breaks: the server has no port for TLS
# fails: ConnectionRefusedError :465
# taken: import smtplib\n => import smtplib\nimport ssl\n
# taken: smtplib.SMTP("api.example.com") => smtplib.SMTP_SSL("api.example.com", context=ssl.create_default_context())
# network: api.example.com:25 plaintext
import smtplib

connection = smtplib.SMTP("api.example.com")
assert connection.ehlo()[0] == 250
