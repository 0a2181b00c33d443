# python: 3.6..
import http.client
from urllib.parse import urlsplit

parts = urlsplit("https://api.example.com/status")
connection = http.client.HTTPConnection(parts.netloc)
connection.request("GET", "/")
response = connection.getresponse()
