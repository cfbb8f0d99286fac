import type { Writable } from 'node:stream';
import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import { Problem } from '../problems.ts';
import { PHOTO_LIMITS, UPLOAD_BYTES } from './photo-limits.ts';

const MEGABYTE = 1024 * 1024;

/** Turns an upload away before a byte of it is read, where the headers alone tell. */
const checkHeaders: RequestHandler = (request, _response, next) => {
  if (!request.is('multipart/form-data')) throw new Problem('not_multipart');
  if (Number(request.headers['content-length'] ?? 0) > UPLOAD_BYTES) {
    throw new Problem('upload_too_large', {
      detail: `An upload has ${Math.floor(UPLOAD_BYTES / MEGABYTE)} MB at most. Shrink the photos, or send fewer.`,
    });
  }
  next();
};

/**
 * Turns uploads away while too many others are in flight: what bounds the memory that uploads take.
 * One of these is shared by all routes that take photos.
 */
export function admitUploads(concurrency: number): RequestHandler {
  let inFlight = 0;
  return (_request, response, next) => {
    if (inFlight >= concurrency) throw new Problem('overloaded', { retryAfter: 2 });
    inFlight++;
    response.once('close', () => inFlight--);
    next();
  };
}

/** The name of a file that was sent without one. */
const UNNAMED = 'unnamed';

/**
 * Hands requests to the parser of forms. Some clients send a photo without a file name (Spring's ByteArrayResource);
 * multer drops such a part without a word, so it gets a name.
 */
function parseForm(photos: string) {
  return (request: Request, parser: Writable) => {
    parser.prependListener('file', (field: string, _content: unknown, part: { filename?: string }) => {
      if (field === photos) part.filename ??= UNNAMED;
    });
    request.pipe(parser);
  };
}

/**
 * Reads a multipart upload of 1–5 photos into memory; nothing touches a disk. What type and name a part declares is not
 * asked: many clients declare none, or one that says nothing. The bytes decide when the photo is decoded.
 * @param field name of the form field that holds the photos.
 */
export function photoUpload(field: string): RequestHandler[] {
  const options: multer.Options & { streamHandler: ReturnType<typeof parseForm> } = {
    streamHandler: parseForm(field),
    storage: multer.memoryStorage(),
    limits: {
      fileSize: PHOTO_LIMITS.bytes,
      files: PHOTO_LIMITS.count,
      fields: 12,
      parts: PHOTO_LIMITS.count + 12,
      fieldSize: 1024,
      fieldNameSize: 32,
      headerPairs: 20,
      fieldNestingDepth: 1,
      fieldArrayIndexLimit: PHOTO_LIMITS.count,
    },
  };
  const upload = multer(options).array(field, PHOTO_LIMITS.count);

  const read: RequestHandler = (request, response, next) => {
    upload(request, response, (error: unknown) => next(error && uploadProblem(error, request, field)));
  };
  return [checkHeaders, read];
}

function uploadProblem(error: unknown, request: Request, field: string): Problem {
  if (request.destroyed && !request.complete) return new Problem('client_closed');
  if (error instanceof Problem) return error;
  if (error instanceof multer.MulterError) {
    switch (error.code) {
      case 'LIMIT_FILE_SIZE':
        return new Problem('photo_too_large', { detail: `A photo has ${PHOTO_LIMITS.bytes / MEGABYTE} MB at most.` });
      case 'LIMIT_FILE_COUNT':
        return new Problem('too_many_photos', { detail: `Send ${PHOTO_LIMITS.count} photos at most.` });
      case 'LIMIT_UNEXPECTED_FILE':
        return error.field === field
          ? new Problem('too_many_photos', { detail: `Send ${PHOTO_LIMITS.count} photos at most.` })
          : new Problem('malformed_upload', { detail: `Photos are sent in the field "${field}".` });
      case 'LIMIT_FIELD_VALUE':
        return error.field === field
          ? new Problem('malformed_upload', {
              detail: `The part "${field}" has no file name and was read as text. Send it as a file, with a name.`,
            })
          : new Problem('malformed_upload', { detail: `${error.message}.` }, { cause: error });
      default:
        return new Problem('malformed_upload', { detail: `${error.message}.` }, { cause: error });
    }
  }
  // Whatever else ends the reading of a form (no boundary, a bad header, an end in mid-part) is the form's fault.
  return new Problem(
    'malformed_upload',
    { detail: 'The form is not complete, or not multipart/form-data.' },
    { cause: error as Error },
  );
}

/**
 * The photos of a request that `photoUpload` has read.
 * @throws Problem no_photo where there is none.
 */
export function uploadedPhotos(request: Request, field: string): Buffer[] {
  // An input of a page's form in which no file was chosen has neither a name nor bytes.
  const files = ((request.files ?? []) as Express.Multer.File[]).filter(
    ({ originalname, size }) => originalname !== UNNAMED || size > 0,
  );
  if (files.length === 0) throw new Problem('no_photo', { detail: `Send 1–5 photos in the field "${field}".` });
  return files.map((file) => file.buffer);
}
