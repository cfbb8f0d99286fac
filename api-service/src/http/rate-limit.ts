import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Problem } from '../problems.ts';

const MINUTE_MS = 60_000;

/**
 * Bounds what one client may ask for, by address; addresses are kept in memory, for a minute, and nowhere else.
 * @param perMinute 0 is no limit.
 */
export function limitRate(perMinute: number): RequestHandler {
  if (perMinute === 0) return (_request, _response, next) => next();
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (request, _response, next) => {
      const { resetTime } = (request as typeof request & { rateLimit: { resetTime?: Date } }).rateLimit;
      const retryAfter = resetTime ? (resetTime.getTime() - Date.now()) / 1000 : MINUTE_MS / 1000;
      next(new Problem('rate_limited', { detail: `${perMinute} a minute are the most.`, retryAfter }));
    },
  });
}
