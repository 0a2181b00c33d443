# python: 3.6..
# arrives: timeout=3.5
import http.client

connection = http.client.HTTPConnection("api.example.com", 80, 3.5)
connection.request("GET", "/")
response = connection.getresponse()
