#!/usr/bin/env bash
# KServe's REST client can't receive a binary output of BYTES that is not text, such as a picture, though the binary tensor
# data extension exists for such data: it reads the bytes, and then makes JSON's texts of them. The error says to use
# binary_data=True, which was used.
#
# Seen with kserve 0.21.0: an output of one element "plain" is read, one of a JPEG's first bytes raises InferenceError; it
# can send both. Ends with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'kserve==0.21.0'
cat >finding.py <<'PY'
import asyncio
import importlib.metadata
import json
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest
from kserve.errors import InferenceError
from kserve.inference_client import RESTConfig

element = b""


def answer(_headers):
    tensor = struct.pack("<I", len(element)) + element
    output = {"name": "y", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": len(tensor)}}
    header = json.dumps({"model_name": "m", "model_version": "1", "outputs": [output]}).encode()
    headers = {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(header))}
    return 200, headers, header + tensor


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
read = []
for element in (b"plain", b"\xff\xd8\xff\xe0"):
    try:
        print(element, "is read as", asyncio.run(ask()).outputs[0].as_numpy())
        read.append(True)
    except InferenceError as error:
        print(element, "is not read:", error)
        read.append(False)
    sent = InferInput("x", [1], "BYTES")
    sent.set_data_from_numpy(np.array([element], np.object_))
    assert sent.as_numpy()[0] == element
raise SystemExit(0 if read == [True, False] else 1)
PY
venv/bin/python finding.py
