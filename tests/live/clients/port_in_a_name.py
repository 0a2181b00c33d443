# python: 3.6..
import http.client

PORT = 80

connection = http.client.HTTPConnection("api.example.com", PORT)
connection.request("GET", "/")
response = connection.getresponse()
