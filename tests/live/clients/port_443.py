# python: 3.6..
# ports: 443 443
import http.client

connection = http.client.HTTPConnection("api.example.com", 443)
connection.request("GET", "/")
response = connection.getresponse()
