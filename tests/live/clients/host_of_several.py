# python: 3.6..
import http.client

HOSTS = ["api.example.com", "api.example.com"]
for host in HOSTS:
    connection = http.client.HTTPConnection(host)
connection.request("GET", "/")
response = connection.getresponse()
