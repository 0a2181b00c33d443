"""Serve the built pages for a look in the browser."""

from http.server import HTTPServer, SimpleHTTPRequestHandler

ADDRESS = ("", 8000)


def main():
    with HTTPServer(ADDRESS, SimpleHTTPRequestHandler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
