# proves: report manual-upgrade
# protocol: smtp
# breaks: the server does not know the command that asks for TLS
# fails: smtplib.SMTPNotSupportedError STARTTLS
# taken: import smtplib\n => import smtplib\nimport ssl\n
# taken: ("api.example.com")\n => ("api.example.com")\nconnection.starttls(context=ssl.create_default_context())\n
# network: api.example.com:25 plaintext
import smtplib

connection = smtplib.SMTP("api.example.com")
assert connection.ehlo()[0] == 250
