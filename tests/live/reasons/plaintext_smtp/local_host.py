# proves: report local-host
# protocol: smtp
# breaks: the server has no port for TLS
# fails: ConnectionRefusedError :465
# beside: manual-upgrade
# taken: import smtplib\n => import smtplib\nimport ssl\n
# taken: smtplib.SMTP("localhost") => smtplib.SMTP_SSL("localhost", context=ssl.create_default_context())
# network: localhost:25 plaintext
import smtplib

connection = smtplib.SMTP("localhost")
assert connection.ehlo()[0] == 250
