#!/usr/bin/env python3
"""A TLS server for the tests of the transport: prints its port, answers every request with "hello"
(those to /together when eight of them have come) and ends with its standard input. The certificate beside it is for 127.0.0.1 and localhost, signed by
itself and trusted by nobody; its key is no secret."""
import http.server
import os
import ssl
import sys
import threading
from pathlib import Path


class Hello(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/together":
            eight.wait(timeout=60)
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


eight = threading.Barrier(8)
here = Path(__file__).parent
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(here / "certificate.pem", here / "key.pem")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
server.handle_error = lambda *_: None
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
