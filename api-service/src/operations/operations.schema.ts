import { z } from 'zod';
import { BACKENDS } from '../inference/backends.ts';

export const aliveSchema = z.object({ status: z.literal('alive') }).meta({ id: 'Alive' });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'starting', 'recovering', 'failed', 'draining']),
    model: z.object({ name: z.string(), version: z.string() }),
    backend: z.enum(BACKENDS).nullable().meta({ description: 'Null until a worker is ready.' }),
    workers: z.object({ ready: z.int(), total: z.int(), restarts: z.int() }),
    queue: z.object({ depth: z.int(), limit: z.int() }),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof readinessSchema>;
