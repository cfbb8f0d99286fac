"""Prints, as JSON, the softmax scores that TensorFlow gives for the golden inputs of a bundle.

Usage: saved-model-scores.py SAVED_MODEL_FOLDER GOLDEN_JSON SIZE
"""

import base64
import json
import sys

import numpy
import tensorflow

folder, golden_file, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
classify = tensorflow.saved_model.load(folder).signatures["serving_default"]
with open(golden_file, encoding="utf-8") as file:
    cases = json.load(file)["cases"]
photos = [numpy.frombuffer(base64.b64decode(case["rgb"]), numpy.uint8).reshape(size, size, 3) for case in cases]
logits = classify(image=tensorflow.constant(numpy.stack(photos), tensorflow.float32))["logits"]
json.dump(tensorflow.nn.softmax(logits).numpy().tolist(), sys.stdout)
