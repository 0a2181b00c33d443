# python: 3.6..
import http.client

connection = http.client.HTTPConnection("api.example.com", http.client.HTTP_PORT)
connection.request("GET", "/")
response = connection.getresponse()
