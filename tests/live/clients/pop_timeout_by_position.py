# python: 3.6..
# protocol: pop
# ports: 110 995
# arrives: timeout=3.5
from poplib import POP3

connection = POP3("api.example.com", 110, 3.5)
connection.timeout = connection.sock.gettimeout()
response = connection.getwelcome().decode("ascii").split()[1]
