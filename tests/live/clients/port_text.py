# python: 3.6..
import http.client

connection = http.client.HTTPConnection("api.example.com", "80")
connection.request("GET", "/")
response = connection.getresponse()
