#!/usr/bin/env python3
"""Shows what tools/fetch-llama does with a registry on this machine, a broken one and none."""
import contextlib
import hashlib
import http.server
import importlib.machinery
import importlib.util
import io
import json
import os
import tarfile
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

LOADER = importlib.machinery.SourceFileLoader(
    "fetch_llama", str(Path(__file__).parent / "fetch-llama"))
fetch = importlib.util.module_from_spec(importlib.util.spec_from_loader("fetch_llama", LOADER))
LOADER.exec_module(fetch)


def crate():
    """A crate of two files, one of them llama.cpp's."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("build.rs", "llama.cpp/CMakeLists.txt"):
            entry = tarfile.TarInfo(f"{fetch.CRATE}-{fetch.VERSION}/{name}")
            entry.size = 4
            archive.addfile(entry, io.BytesIO(b"text"))
    return packed.getvalue()


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        if self.path.endswith("config.json"):
            self.wfile.write(json.dumps({"dl": self.server.place}).encode())
        else:
            self.wfile.write(crate())

    def log_message(self, *_):
        pass


class FetchLlama(unittest.TestCase):
    def setUp(self):
        self.work = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder = self.work / "build" / "llama.cpp"
        self.enterContext(mock.patch.dict(os.environ, {"CARGO_HOME": str(self.work)}))
        self.enterContext(mock.patch.object(fetch, "SHA256", hashlib.sha256(crate()).hexdigest()))
        self.server = self.enterContext(http.server.HTTPServer(("127.0.0.1", 0), Registry))
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.server.asked = []
        self.server.place = self.address + "/crates"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.shutdown)
        self.replace_crates_io(self.address)

    def replace_crates_io(self, address):
        (self.work / "config.toml").write_text(
            '[source.crates-io]\nreplace-with = "ours"\n'
            f'[source.ours]\nregistry = "sparse+{address}/index/"\n')

    def call(self):
        """Its exit status and what it says."""
        said = io.StringIO()
        with mock.patch("sys.argv", ["fetch-llama", str(self.folder)]), \
                contextlib.redirect_stderr(said):
            try:
                fetch.main()
            except SystemExit as end:
                return (1, end.code) if isinstance(end.code, str) else (end.code, said.getvalue())
        return 0, said.getvalue()

    def test_unpacks_llama_from_the_registry_that_cargo_would_ask(self):
        self.assertEqual(self.call(), (0, ""))
        self.assertEqual((self.folder / "CMakeLists.txt").read_text(), "text")
        self.assertFalse((self.folder / "build.rs").exists())
        self.assertEqual(self.server.asked, [
            "/index/config.json", f"/crates/{fetch.CRATE}/{fetch.VERSION}/download"])

    def test_fills_the_marks_of_a_registry_s_addresses(self):
        self.server.place += "/{lowerprefix}/{crate}-{version}.crate"
        self.assertEqual(self.call(), (0, ""))
        self.assertEqual(self.server.asked[1],
                         f"/crates/ll/am/{fetch.CRATE}-{fetch.VERSION}.crate")

    def test_asks_nobody_the_second_time(self):
        self.call()
        self.server.asked.clear()
        self.assertEqual(self.call(), (0, ""))
        self.assertEqual(self.server.asked, [])

    def test_takes_the_place_of_another_version(self):
        self.call()
        (self.folder / "fetched").write_text("another")
        (self.folder / "gone.txt").write_text("old")
        self.assertEqual(self.call(), (0, ""))
        self.assertFalse((self.folder / "gone.txt").exists())

    def test_refuses_other_bytes(self):
        with mock.patch.object(fetch, "SHA256", "0" * 64):
            status, said = self.call()
        self.assertEqual(status, 1)
        self.assertIn("has SHA-256", said)
        self.assertFalse(self.folder.exists())

    def test_leaves_a_folder_of_something_else(self):
        self.folder.mkdir(parents=True)
        (self.folder / "mine").write_text("mine")
        status, said = self.call()
        self.assertEqual(status, 1)
        self.assertIn("holds something else", said)
        self.assertEqual(self.server.asked, [])

    def test_says_that_no_registry_is_reached(self):
        self.replace_crates_io("http://127.0.0.1:9")
        status, said = self.call()
        self.assertEqual(status, 77)
        self.assertIn("is out of reach", said)


if __name__ == "__main__":
    unittest.main()
