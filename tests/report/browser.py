"""A headless Chromium, driven over its debugging pipe; nothing but Python's own library."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find():
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Browser:
    """Pages are opened one after the other; `requests` and `complaints` are of the last one."""

    def __init__(self, path, patience_s=60):
        self.patience_s, self.next_id, self.rest = patience_s, 0, b""
        self.requests, self.complaints, self.downloads_done = [], [], 0
        self.loaded = False
        self.folder = tempfile.mkdtemp(prefix="sheaf-report-")
        from_us, self.to_browser = os.pipe()
        self.from_browser, to_us = os.pipe()

        def place_pipes():
            kept = os.dup(from_us), os.dup(to_us)
            os.dup2(kept[0], 3)
            os.dup2(kept[1], 4)

        self.process = subprocess.Popen(
            [
                path,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--disable-background-networking",
                "--remote-debugging-pipe",
                f"--user-data-dir={self.folder}",
                "about:blank",
            ],
            preexec_fn=place_pipes,
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(to_us)
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.ask(
            "Browser.setDownloadBehavior",
            behavior="allow",
            downloadPath=self.folder,
            eventsEnabled=True,
        )

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to_browser)
        os.close(self.from_browser)
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self):
        """The next message, within the patience that is left."""
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.from_browser], [], [], self.patience_s)
            part = os.read(self.from_browser, 1 << 20) if ready else b""
            if not part:
                raise RuntimeError("the browser fell silent")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def note(self, message):
        method, said = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(said["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Browser.downloadProgress":
            self.downloads_done += said["state"] == "completed"
        elif method == "Runtime.exceptionThrown":
            details = said["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and said["entry"]["level"] in ("error", "warning"):
            self.complaints.append(said["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and said["type"] in (
            "error",
            "warning",
            "assert",
        ):
            self.complaints.append(json.dumps(said["args"]))

    def ask(self, method, session=None, **params):
        self.next_id += 1
        asked = {"id": self.next_id, "method": method, "params": params}
        if session:
            asked["sessionId"] = session
        os.write(self.to_browser, json.dumps(asked).encode() + b"\0")
        while True:
            message = self.read()
            if message.get("id") == asked["id"]:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self.note(message)

    def send(self, method, **params):
        return self.ask(method, self.session, **params)

    def open(self, address, width=1280, height=900, dark=False):
        self.requests, self.complaints = [], []
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.set_dark(dark)
        self.loaded = False
        self.send("Page.navigate", url=address)
        while not self.loaded:
            self.note(self.read())
        self.settle()

    def set_dark(self, dark):
        self.send(
            "Emulation.setEmulatedMedia",
            media="",
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
        )

    def settle(self):
        """Until two frames have been drawn."""
        self.value(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            ".then(() => true)"
        )

    def value(self, expression):
        answer = self.send(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code)

    def screenshot(self, path, whole=False):
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
            image = self.send("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        else:
            image = self.send("Page.captureScreenshot")
        with open(path, "wb") as file:
            file.write(base64.b64decode(image["data"]))

    def downloaded(self, name):
        """The bytes of a file that the page gives out, once it is whole."""
        while not self.downloads_done:
            self.note(self.read())
        self.downloads_done -= 1
        path = os.path.join(self.folder, name)
        with open(path, "rb") as file:
            got = file.read()
        os.remove(path)
        return got
