# python: 3.6..
# before: default
import http.client

Connection = http.client.HTTPSConnection
connection = Connection("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
