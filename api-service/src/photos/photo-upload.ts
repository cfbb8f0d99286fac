import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import { Problem } from '../problems.ts';
import { ACCEPTED_PHOTOS, PHOTO_LIMITS, UPLOAD_BYTES } from './photo-limits.ts';

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

/**
 * Reads a multipart upload of 1–5 photos into memory; nothing touches a disk.
 * @param field name of the form field that holds the photos.
 */
export function photoUpload(field: string): RequestHandler[] {
  const upload = multer({
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
    // Synchronous: an asynchronous filter has let files past the size limit (CVE-2026-77063). The bytes decide later.
    fileFilter: (_request, file, done) => {
      const mayBePhoto = /^(image\/|application\/octet-stream$)/.test(file.mimetype);
      if (mayBePhoto) done(null, true);
      else done(new Problem('unsupported_photo', { detail: `Send ${ACCEPTED_PHOTOS}.` }));
    },
  }).array(field, PHOTO_LIMITS.count);

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
  const files = (request.files ?? []) as Express.Multer.File[];
  if (files.length === 0) throw new Problem('no_photo', { detail: `Send 1–5 photos in the field "${field}".` });
  return files.map((file) => file.buffer);
}
