"""Fetch the shop's status page."""

import http.client
import json


def fetch_status(timeout):
    conn = http.client.HTTPConnection("status.example.com", 80, timeout)
    conn.request("GET", "/status.json")
    return json.load(conn.getresponse())


def fetch_metrics(port):
    conn = http.client.HTTPConnection("metrics.example.com", port)
    conn.request("GET", "/metrics")
    return conn.getresponse().read()
