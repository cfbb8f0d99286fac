"""Runs a SavedModel by TensorFlow on grey and on a ramp of numbers, and prints its outputs, flattened, as JSON.

    python run_saved_model.py FOLDER SIZE
"""

import json
import sys

import numpy as np
import tensorflow as tf

folder, size = sys.argv[1], int(sys.argv[2])
run = tf.saved_model.load(folder).signatures["serving_default"]
ramp = (np.arange(size * size * 3) % 256).astype(np.float32)
outputs = run(image=tf.constant(np.stack([np.full_like(ramp, 128), ramp]).reshape(2, size, size, 3)))
print(json.dumps({name: tensor.numpy().flatten().tolist() for name, tensor in outputs.items()}))
