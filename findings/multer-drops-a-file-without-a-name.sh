#!/usr/bin/env bash
# multer drops an uploaded file that has no file name, without an error: it is neither in req.files nor in req.body. A file
# name is optional in a form (RFC 7578, 4.2), and clients leave it out: Spring's RestTemplate does for a ByteArrayResource.
# busboy, which multer is made of, hands such a part over as a file.
#
# Seen with multer 2.5.0, busboy 1.6.0: the part of application/octet-stream is there with a name, and gone without. Ends with
# 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund express@5.3.0 multer@2.5.0 busboy@1.6.0
cat >finding.cjs <<'JS'
const busboy = require('busboy');
const express = require('express');
const multer = require('multer');

const app = express();
app.post('/multer', multer().any(), ({ files, body }, response) => response.json({ files: files.length, fields: Object.keys(body).length }));
app.post('/busboy', (request, response) => {
  let files = 0;
  const parser = busboy({ headers: request.headers });
  parser.on('file', (_field, content) => {
    files += 1;
    content.resume();
  });
  parser.on('close', () => response.json({ files }));
  request.pipe(parser);
});

async function upload(address, name) {
  const part = `Content-Disposition: form-data; name="image"${name}\r\nContent-Type: application/octet-stream\r\n\r\nbytes`;
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    body: `--x\r\n${part}\r\n--x--\r\n`,
  });
  return { status: answer.status, ...(await answer.json()) };
}

const server = app.listen(0, async () => {
  const found = [];
  for (const parser of ['multer', 'busboy']) {
    for (const name of ['; filename="photo.jpg"', '']) {
      const seen = await upload(`http://127.0.0.1:${server.address().port}/${parser}`, name);
      console.log(`${parser} ${require(`${parser}/package.json`).version}, ${name ? 'with' : 'without'} a name:`, seen);
      found.push(`${seen.status}/${seen.files}/${seen.fields ?? 0}`);
    }
  }
  process.exitCode = found.join() === '200/1/0,200/0/0,200/1/0,200/1/0' ? 0 : 1;
  server.close();
  server.closeAllConnections();
});
JS
node finding.cjs
