#!/usr/bin/env bash
# KServe's REST client forgets which version of the model answered: InferResponse has a field for it, which is None, though
# the protocol's answer has model_version. InferResponse.from_rest keeps it; the client uses from_bytes, which does not.
#
# Seen with kserve 0.21.0. Ends with 1 if that changes.
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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, InferResponse
from kserve.inference_client import RESTConfig

OUTPUT = {"name": "y", "shape": [1], "datatype": "FP32", "data": [0.5]}
BODY = {"id": "1", "model_name": "m", "model_version": "7", "outputs": [OUTPUT]}


def answer(_headers):
    return 200, {"Content-Type": "application/json"}, json.dumps(BODY).encode()


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
by_client = asyncio.run(ask())
by_hand = InferResponse.from_rest(BODY)
print("by the client:", by_client.model_name, by_client.model_version, by_client.outputs[0].as_numpy())
print("by from_rest: ", by_hand.model_name, by_hand.model_version, by_hand.outputs[0].as_numpy())
raise SystemExit(0 if (by_client.model_version, by_hand.model_version) == (None, "7") else 1)
PY
venv/bin/python finding.py
