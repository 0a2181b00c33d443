# python: 3.6..
# protocol: pop
# ports: 110 995
import poplib

connection = poplib.POP3("api.example.com")
response = connection.getwelcome().decode("ascii").split()[1]
