#!/usr/bin/env bash
# KServe's REST client leaves out what a server says is wrong, without a word, if the error's media type has a parameter:
# "application/json; charset=utf-8" is what Express, Spring and others write, and means the same as "application/json".
#
# Seen with kserve 0.21.0: the exception has the sentence for the one type and nothing in its place for the other. Ends with 1
# if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'kserve==0.21.0'
cat >finding.py <<'PY'
import asyncio
import importlib.metadata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest
from kserve.inference_client import RESTConfig

SENTENCE = "the shape is wrong"
media_type = ""


def answer(_headers):
    return 400, {"Content-Type": media_type}, b'{"error": "%s"}' % SENTENCE.encode()


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


async def ask():
    tensor = InferInput("x", [1], "FP32")
    tensor.set_data_from_numpy(np.array([1], np.float32))
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        address = f"http://127.0.0.1:{server.server_port}"
        return await client.infer(address, InferRequest("m", [tensor]), model_name="m")


print("kserve", importlib.metadata.version("kserve"))
told = {}
for media_type in ("application/json", "application/json; charset=utf-8"):
    try:
        asyncio.run(ask())
    except httpx.HTTPStatusError as error:
        told[media_type] = SENTENCE in str(error)
        print(f"{media_type}: {error}")
raise SystemExit(0 if list(told.values()) == [True, False] else 1)
PY
venv/bin/python finding.py
