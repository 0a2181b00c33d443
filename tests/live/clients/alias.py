# python: 3.6..
import http.client

Connection = http.client.HTTPConnection
connection = Connection("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
