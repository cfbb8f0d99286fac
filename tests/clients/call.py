"""Calls a running service with each client as it comes, and prints what each was answered, a line of JSON a call.

    python call.py http://127.0.0.1:8080 photo.jpg
"""

import asyncio
import base64
import importlib.metadata
import json
import shutil
import sys
import tempfile
from pathlib import Path

import aiohttp
import httpx
import kserve
import numpy as np
import requests
import tritonclient.http
import tritonclient.http.aio
from kserve.inference_client import RESTConfig

url, photo = sys.argv[1], Path(sys.argv[2])
host = url.removeprefix("http://")
MODEL = "mushroom-classifier"
IDENTIFICATIONS = f"{url}/api/v1/identifications"


def tell(client, call, kind, answer):
    """One line: the client and its version, what was called, of which kind the answer is, and the answer."""
    version = importlib.metadata.version(client)
    print(json.dumps({"client": client, "version": version, "call": call, "kind": kind, "answer": answer}))


def error_of(call):
    try:
        call()
    except Exception as error:
        return str(error)
    return None


def tensors(result):
    return {name: result.as_numpy(name).flatten().tolist() for name in ("logits", "probabilities")}


def pixels_of(size):
    """Pixels that the one who compares can make as well: 0, 1, … 255, 0, …"""
    return (np.arange(size * size * 3, dtype=np.int64) % 256).reshape(1, size, size, 3)


def uploads():
    unnamed = Path(tempfile.mkdtemp()) / "photo"
    shutil.copy(photo, unnamed)

    def answered(response):
        return response.json()

    def opened(file):
        return file.open("rb")

    tell("requests", "post(files={'image': open('photo.jpg')})", "identification",
         answered(requests.post(IDENTIFICATIONS, files={"image": opened(photo)})))
    tell("requests", "post(files={'file': open('photo.jpg')}) to /predict", "identification",
         answered(requests.post(f"{url}/predict", files={"file": opened(photo)})))
    for kind in ("binary/octet-stream", "application/octet-stream", "*/*", "text/plain", ""):
        tell("requests", f"post(files={{'image': ('photo.jpg', …, '{kind}')}})", "identification",
             answered(requests.post(IDENTIFICATIONS, files={"image": ("photo.jpg", opened(photo), kind)})))
    tell("httpx", "post(files={'image': open('photo.jpg')})", "identification",
         answered(httpx.post(IDENTIFICATIONS, files={"image": opened(photo)}, timeout=60)))
    tell("httpx", "post(files={'image': bytes})", "identification",
         answered(httpx.post(IDENTIFICATIONS, files={"image": photo.read_bytes()}, timeout=60)))

    async def by_aiohttp():
        async with aiohttp.ClientSession() as session:
            async with session.post(IDENTIFICATIONS, data={"image": opened(unnamed)}) as response:
                return await response.json()

    tell("aiohttp", "post(data={'image': open('photo')})", "identification", asyncio.run(by_aiohttp()))


def triton():
    client = tritonclient.http.InferenceServerClient(host)

    def told(call, kind, answer):
        tell("tritonclient", call, kind, answer)

    told("is_server_live(), is_server_ready(), is_model_ready()", "true",
         client.is_server_live() and client.is_server_ready() and client.is_model_ready(MODEL))
    told("get_server_metadata()", "metadata", client.get_server_metadata())
    metadata = client.get_model_metadata(MODEL)
    size = metadata["inputs"][1]["shape"][1]

    def image(data, **how):
        tensor = tritonclient.http.InferInput("image", [1], "BYTES")
        tensor.set_data_from_numpy(np.array([data], dtype=np.object_), **how)
        return [tensor]

    def pixels(datatype, dtype, **how):
        values = pixels_of(size).astype(dtype)
        tensor = tritonclient.http.InferInput("pixels", values.shape, datatype)
        tensor.set_data_from_numpy(values, **how)
        return [tensor]

    def wanted(**how):
        return [tritonclient.http.InferRequestedOutput(name, **how) for name in ("logits", "probabilities")]

    photo_bytes = photo.read_bytes()
    text = base64.b64encode(photo_bytes).decode()
    told("infer(image)", "photo", tensors(client.infer(MODEL, image(photo_bytes))))
    told("infer(image, outputs)", "photo", tensors(client.infer(MODEL, image(photo_bytes), outputs=wanted())))
    told("infer(image, model_version='stable')", "photo",
         tensors(client.infer(MODEL, image(photo_bytes), model_version="stable")))
    told("infer(image, outputs with binary_data=False)", "photo",
         tensors(client.infer(MODEL, image(photo_bytes), outputs=wanted(binary_data=False))))
    told("infer(image in base64 with binary_data=False, outputs too)", "photo",
         tensors(client.infer(MODEL, image(text, binary_data=False), outputs=wanted(binary_data=False))))
    told("infer(image, request_compression_algorithm='gzip', response_compression_algorithm='gzip')", "photo",
         tensors(client.infer(MODEL, image(photo_bytes), request_compression_algorithm="gzip",
                              response_compression_algorithm="gzip")))
    told("infer(pixels of FP32)", "pixels", tensors(client.infer(MODEL, pixels("FP32", np.float32))))
    told("infer(pixels of UINT8)", "pixels", tensors(client.infer(MODEL, pixels("UINT8", np.uint8))))
    told("infer(pixels of FP32 with binary_data=False)", "pixels",
         tensors(client.infer(MODEL, pixels("FP32", np.float32, binary_data=False))))
    told("async_infer(image)", "photo", tensors(client.async_infer(MODEL, image(photo_bytes)).get_result()))
    for how in ({}, {"binary_data": False}):
        outputs = [tritonclient.http.InferRequestedOutput("probabilities", class_count=3, **how)]
        classes = client.infer(MODEL, image(photo_bytes), outputs=outputs).as_numpy("probabilities")
        texts = [text.decode() if isinstance(text, bytes) else text for text in classes.flatten()]
        told(f"infer(image, class_count=3{', binary_data=False' if how else ''})", "classes", texts)
    told("infer(image that is no photo)", "refused", error_of(lambda: client.infer(MODEL, image(b"a mushroom"))))
    client.close()

    async def by_aio():
        async with tritonclient.http.aio.InferenceServerClient(host) as client:
            return tensors(await client.infer(MODEL, image(photo_bytes)))

    told("aio: infer(image)", "photo", asyncio.run(by_aio()))


async def kserve_rest():
    client = kserve.InferenceRESTClient(RESTConfig(protocol="v2"))

    def told(call, kind, answer):
        tell("kserve", call, kind, answer)

    def request(name, shape, datatype, values, **how):
        tensor = kserve.InferInput(name, shape, datatype)
        tensor.set_data_from_numpy(values, **how)
        return kserve.InferRequest(MODEL, [tensor])

    def outputs(result):
        return {output.name: output.as_numpy().flatten().tolist() for output in result.outputs}

    async def infer(asked):
        return await client.infer(url, asked, model_name=MODEL)

    told("is_server_live(), is_server_ready(), is_model_ready()", "true",
         await client.is_server_live(url) and await client.is_server_ready(url)
         and await client.is_model_ready(url, MODEL))
    photo_bytes = np.array([photo.read_bytes()], dtype=np.object_)
    told("infer(image)", "photo", outputs(await infer(request("image", [1], "BYTES", photo_bytes))))
    text = np.array([base64.b64encode(photo.read_bytes())], dtype=np.object_)
    told("infer(image in base64 with binary_data=False)", "photo",
         outputs(await infer(request("image", [1], "BYTES", text, binary_data=False))))
    async with httpx.AsyncClient() as plain:
        metadata = (await plain.get(f"{url}/v2/models/{MODEL}")).json()
    values = pixels_of(metadata["inputs"][1]["shape"][1]).astype(np.float32)
    told("infer(pixels of FP32)", "pixels", outputs(await infer(request("pixels", list(values.shape), "FP32", values))))
    told("infer(pixels of FP32 with binary_data=False)", "pixels",
         outputs(await infer(request("pixels", list(values.shape), "FP32", values, binary_data=False))))
    try:
        await infer(request("image", [1], "BYTES", np.array([b"a mushroom"], dtype=np.object_)))
        told("infer(image that is no photo)", "refused", None)
    except httpx.HTTPStatusError as error:
        told("infer(image that is no photo)", "refused", str(error))
    await client.close()


uploads()
triton()
asyncio.run(kserve_rest())
