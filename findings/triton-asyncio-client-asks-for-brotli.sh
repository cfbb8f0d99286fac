#!/usr/bin/env bash
# Triton's asyncio client asks every server for Brotli, by aiohttp's own header, and then decodes gzip and deflate alone: it
# has turned aiohttp's decoding off. Behind a server or proxy that compresses with Brotli it reads no answer, and says that
# binary_data should be set. Its other client sends no such header.
#
# Seen with tritonclient 2.73.0 and aiohttp 3.14.5. Ends with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'tritonclient[http]==2.73.0' 'aiohttp==3.14.5' 'brotli==1.2.1' 'numpy==2.4.6'
cat >finding.py <<'PY'
import asyncio
import gzip
import importlib.metadata
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import brotli
import numpy as np
import tritonclient.http as triton
import tritonclient.http.aio as triton_asyncio
from tritonclient.utils import InferenceServerException

COMPRESS = {"br": brotli.compress, "gzip": gzip.compress}
offered = []


def answer(headers):
    """Compressed by the first of what is offered that is also asked for."""
    asked = [name.strip() for name in headers.get("Accept-Encoding", "").split(",")]
    print("  asked for:", ", ".join(asked) or "nothing")
    output = {"name": "y", "shape": [2], "datatype": "FP32", "data": [1.5, 2.5]}
    body = json.dumps({"model_name": "m", "model_version": "1", "outputs": [output]}).encode()
    for name in offered:
        if name in asked:
            return 200, {"Content-Type": "application/json", "Content-Encoding": name}, COMPRESS[name](body)
    return 200, {"Content-Type": "application/json"}, body


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = answer(self.headers)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
Thread(target=server.serve_forever, daemon=True).start()

host = f"127.0.0.1:{server.server_port}"
tensor = triton.InferInput("x", [1], "FP32")
tensor.set_data_from_numpy(np.array([1], np.float32))


def by_threads():
    return triton.InferenceServerClient(host).infer("m", [tensor]).as_numpy("y")


async def by_asyncio():
    async with triton_asyncio.InferenceServerClient(host) as client:
        return (await client.infer("m", [tensor])).as_numpy("y")


print(*(f"{name} {importlib.metadata.version(name)}" for name in ("tritonclient", "aiohttp", "brotli")))
read = []
for what, ask, offered in (
    ("http, server with br", by_threads, ["br"]),
    ("http.aio, server with gzip", lambda: asyncio.run(by_asyncio()), ["gzip"]),
    ("http.aio, server with br", lambda: asyncio.run(by_asyncio()), ["br"]),
):
    print(what)
    try:
        print("  answer:", ask())
        read.append(True)
    except InferenceServerException as error:
        print("  no answer:", error)
        read.append(False)
raise SystemExit(0 if read == [True, True, False] else 1)
PY
venv/bin/python finding.py
