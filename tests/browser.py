"""A headless Chromium, spoken to in the DevTools protocol over two pipes: what tests of pages need and nothing else."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
QUIET = ("--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--mute-audio")
PATIENCE = 60
KEYS = {"Tab": 9, "Enter": 13, "Space": 32}


class Page:
    """One tab."""

    def __init__(self, browser, session):
        self.browser, self.session, self.faults = browser, session, []
        for domain in ("Page", "Runtime", "Log", "DOM", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        return self.browser.call(method, params, self.session, self)

    def open(self, url, language="en-GB", dark=False, width=1200, height=900):
        agent = self.evaluate("navigator.userAgent")
        self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Page.navigate", url=url)
        self.evaluate(
            "new Promise(done => { const look = () => document.documentElement?.dataset.ready && "
            f"location.href === {json.dumps(url)} ? done() : setTimeout(look, 10); look(); }})"
        )

    def evaluate(self, expression):
        done = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise AssertionError(done["exceptionDetails"])
        return done["result"].get("value")

    def choose(self, selector, paths):
        """Put files into a file input, as the dialogue of the browser would."""
        found = self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")["result"]
        self.call("DOM.setFileInputFiles", objectId=found["objectId"], files=[str(Path(path)) for path in paths])

    def press(self, key, shift=False):
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key],
                modifiers=8 if shift else 0, **text,
            )  # fmt: skip

    def write(self, text):
        self.call("Input.insertText", text=text)

    def screenshot(self, path):
        """Take a picture of the whole page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def heard(self, event):
        """Keep what went wrong in the page: exceptions, refused scripts and styles, failed requests."""
        if event["method"] == "Runtime.exceptionThrown":
            self.faults.append(event["params"]["exceptionDetails"].get("exception", {}).get("description"))
        if event["method"] == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
            self.faults.append(event["params"]["entry"]["text"])


class Browser:
    """A running Chromium."""

    def __init__(self, process):
        self.process, self.number, self.rest, self.pages = process, 0, b"", {}

    def new_page(self):
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self.pages[session] = Page(self, session)
        return self.pages[session]

    def call(self, method, params=None, session=None, page=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        self.process.stdin.write(json.dumps(message).encode() + b"\0")
        self.process.stdin.flush()
        while (answer := self.read()).get("id") != self.number:
            listener = self.pages.get(answer.get("sessionId"), page)
            if listener is not None and "method" in answer:
                listener.heard(answer)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def read(self):
        while b"\0" not in self.rest:
            if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
                raise AssertionError(f"Chromium has said nothing for {PATIENCE} seconds.")
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                raise AssertionError("Chromium has gone.")
            self.rest += data
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)


@contextmanager
def chromium(*options):
    """Run Chromium with a profile of its own for as long as it is needed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        own = [
            f"--user-data-dir={profile}",
            "--remote-debugging-pipe",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ]
        # the browser reads from file 3 and writes to file 4
        command = ["sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null', "sh", CHROMIUM, *QUIET, *own, *options]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            yield Browser(process)
        finally:
            process.stdin.close()
            process.stdout.close()
            process.terminate()
            process.wait(30)
