#!/usr/bin/env bash
# An output of BYTES is an array of bytes or of str in Triton's client, depending on whether the answer had it behind the JSON
# or in it: the same program, with binary_data=False or a server without the extension, compares or decodes something else.
#
# Seen with tritonclient 2.73.0: as_numpy gives [b'cat'] and ['cat'] of one and the same output, both with dtype object. Ends
# with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'tritonclient[http]==2.73.0' 'numpy==2.4.6'
cat >finding.py <<'PY'
import importlib.metadata
import json
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import tritonclient.http as triton

binary = False


def answer(_headers):
    output = {"name": "y", "shape": [1], "datatype": "BYTES"}
    message = {"model_name": "m", "model_version": "1", "outputs": [output]}
    if not binary:
        output["data"] = ["cat"]
        return 200, {"Content-Type": "application/json"}, json.dumps(message).encode()
    tensor = struct.pack("<I", 3) + b"cat"
    output["parameters"] = {"binary_data_size": len(tensor)}
    header = json.dumps(message).encode()
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

tensor = triton.InferInput("x", [1], "FP32")
tensor.set_data_from_numpy(np.array([1], np.float32))
client = triton.InferenceServerClient(f"127.0.0.1:{server.server_port}")
print("tritonclient", importlib.metadata.version("tritonclient"))
types = []
for binary in (True, False):
    wanted = [triton.InferRequestedOutput("y", binary_data=binary)]
    array = client.infer("m", [tensor], outputs=wanted).as_numpy("y")
    print(f"binary_data={binary}: {array!r}")
    types.append(type(array[0]))
raise SystemExit(0 if types == [bytes, str] else 1)
PY
venv/bin/python finding.py
