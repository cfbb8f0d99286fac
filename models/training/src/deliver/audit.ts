import { z } from 'zod';
import { NO_GENERATION, type ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';

/** One thing that was done to a model in a storage. */
export const auditRecordSchema = z.object({
  /** `abandon`: the move of the record before by the same actor did not happen, because another came first. */
  action: z.enum(['publish', 'promote', 'rollback', 'abandon']),
  at: z.iso.datetime(),
  /** A service account or what the operator chose to say; no person unless asked for. */
  actor: z.string().min(1),
  /** The label that moved; null where a version was published. */
  label: z.string().nullable(),
  /** Versions before and after; null is none. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Checksum of the bundle.json of `to`. */
  bundleSha256: z.string().nullable(),
});
export type AuditRecord = z.infer<typeof auditRecordSchema>;

const folderOf = (name: string) => `${name}/audit/`;

/**
 * Adds a record to a model's audit trail; never in place of another. It is written before what it tells of: nothing
 * happens that the trail does not have.
 * @throws GenerationConflictError where two did the same thing in the same millisecond.
 */
export async function recordAudit(
  storage: ObjectStorage,
  name: string,
  record: Omit<AuditRecord, 'at'>,
): Promise<void> {
  const complete = { ...record, at: new Date().toISOString() };
  const object = `${folderOf(name)}${complete.at}-${record.action}.json`;
  await storage.write(object, Buffer.from(`${JSON.stringify(complete, null, 2)}\n`), { ifGeneration: NO_GENERATION });
}

/** The audit trail of a model, oldest first. */
export async function readAudit(storage: ObjectStorage, name: string): Promise<AuditRecord[]> {
  const objects = await storage.list(folderOf(name));
  return Promise.all(
    objects.map(async (object) => auditRecordSchema.parse(JSON.parse((await storage.read(object.name)).toString()))),
  );
}
