# python: 3.6..
# before: unverified
import http.client
import ssl

context = ssl.SSLContext()
connection = http.client.HTTPSConnection("api.example.com", context=context)
connection.request("GET", "/")
response = connection.getresponse()
