// What a Node developer would write to serve the same network: Express, multer, sharp and onnxruntime-node.
//
//   node onnx-peer.js MODEL.onnx SIZE PORT           one process, the library's own settings
//   node onnx-peer.js MODEL.onnx SIZE PORT tuned     a process per processor, a thread each
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';
import multer from 'multer';
import ort from 'onnxruntime-node';
import sharp from 'sharp';

const [, , model, side, port, mode] = process.argv;
const size = Number(side);
const tuned = mode === 'tuned';

if (tuned && cluster.isPrimary) {
  for (let worker = 0; worker < availableParallelism(); worker++) cluster.fork();
} else {
  if (tuned) sharp.concurrency(1);
  const session = await ort.InferenceSession.create(model, tuned ? { intraOpNumThreads: 1 } : {});
  const upload = multer({ storage: multer.memoryStorage(), limits: { fileSize: 12 * 1024 * 1024 } });
  const app = express();
  app.get('/readyz', (request, response) => response.json({ ready: true }));
  app.post('/api/v1/identifications', upload.array('image', 5), async (request, response) => {
    const logits = [];
    for (const { buffer } of request.files) {
      const pixels = await sharp(buffer).rotate().resize(size, size, { fit: 'fill' }).removeAlpha().raw().toBuffer();
      const input =
        session.inputMetadata[0].type === 'uint8'
          ? new ort.Tensor('uint8', pixels, [1, size, size, 3])
          : new ort.Tensor('float32', Float32Array.from(pixels), [1, size, size, 3]);
      const outputs = await session.run({ [session.inputNames[0]]: input }, ['logits']);
      logits.push(outputs.logits.data);
    }
    response.json({ candidates: best(logits) });
  });
  app.listen(Number(port), '127.0.0.1');
}

/** The five best classes by the mean of the photos' softmax. */
function best(perPhoto) {
  const mean = new Float64Array(perPhoto[0].length);
  for (const logits of perPhoto) {
    const peak = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - peak));
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, index) => (mean[index] += power / sum / perPhoto.length));
  }
  return [...mean.keys()]
    .sort((a, b) => mean[b] - mean[a])
    .slice(0, 5)
    .map((label) => ({ label, score: mean[label] }));
}
