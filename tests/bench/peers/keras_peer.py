"""What a Python developer would write: FastAPI and Keras, MobileNetV2 at 224 pixels as its documentation shows it.

    uvicorn keras_peer:app --port PORT
"""

import io

import keras
import numpy
from fastapi import FastAPI, UploadFile
from PIL import Image

app = FastAPI()
model = keras.applications.MobileNetV2(weights=None)
preprocess = keras.applications.mobilenet_v2.preprocess_input


@app.get("/readyz")
def readyz() -> dict:
    return {"ready": True}


@app.post("/api/v1/identifications")
def identify(image: list[UploadFile]) -> dict:
    photos = [Image.open(io.BytesIO(one.file.read())).convert("RGB").resize((224, 224)) for one in image]
    batch = preprocess(numpy.stack([numpy.asarray(photo, dtype="float32") for photo in photos]))
    scores = model.predict(batch, verbose=0).mean(axis=0)
    return {"candidates": [{"label": int(label), "score": float(scores[label])} for label in scores.argsort()[::-1][:5]]}
