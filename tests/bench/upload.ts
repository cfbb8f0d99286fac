/** A request for an identification, ready to be sent over and over. */
export interface Upload {
  url: URL;
  contentType: string;
  body: Buffer;
}

/**
 * @param service such as `http://127.0.0.1:40123`.
 * @param photo a JPEG.
 * @param count how often it is in the request.
 */
export async function uploadOf(service: string, photo: Buffer<ArrayBuffer>, count = 1): Promise<Upload> {
  const form = new FormData();
  for (let number = 0; number < count; number++) {
    form.append('image', new Blob([photo], { type: 'image/jpeg' }), 'photo.jpg');
  }
  const request = new Request(`${service}/api/v1/identifications`, { method: 'POST', body: form });
  return {
    url: new URL(request.url),
    contentType: request.headers.get('content-type')!,
    body: Buffer.from(await request.arrayBuffer()),
  };
}
