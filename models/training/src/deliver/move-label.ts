import { GenerationConflictError, type ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import { readAudit, recordAudit, type AuditRecord } from './audit.ts';
import { labelsOf, readStoredBundle, readStoredLabels } from '@mushroom/recognition/registry/stored-bundle';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';

/** Versions answer by these: `stable` where a request asks for none, `canary` the one that is tried out. */
export const DELIVERY_LABELS = ['stable', 'canary'] as const;
export type DeliveryLabel = (typeof DELIVERY_LABELS)[number];

/** A label's way from one version to another; null is none. */
export interface Move {
  label: DeliveryLabel;
  from: string | null;
  to: string | null;
}

/** A move that can't be made, in a sentence on why. */
export class MoveError extends Error {
  override name = 'MoveError';
}

/**
 * Gives a label to a version that is whole in the storage. Whoever follows the labels serves it from then on.
 * @returns the move; `from` equals `to` where the version had the label already, and nothing was done.
 * @throws BundleError where the version can't be trusted; MoveError where another moved a label meanwhile; StorageError.
 */
export async function promote(
  storage: ObjectStorage,
  name: string,
  move: { version: string; label: DeliveryLabel; actor: string },
): Promise<Move> {
  const { version, label, actor } = move;
  const stored = await readStoredLabels(storage, name);
  const from = stored.labels[label] ?? null;
  if (from === version) return { label, from, to: version };
  return write(storage, name, stored, { action: 'promote', actor }, { label, from, to: version });
}

/**
 * Undoes the last promotion of a label that has not been undone. A canary goes back to none where it was the first.
 * @throws MoveError where there is nothing to go back to, or another moved a label meanwhile; BundleError where the
 *   version before can't be trusted any more; StorageError.
 */
export async function rollBack(
  storage: ObjectStorage,
  name: string,
  { label, actor }: { label: DeliveryLabel; actor: string },
): Promise<Move> {
  const stored = await readStoredLabels(storage, name);
  const from = stored.labels[label] ?? null;
  if (from === null) throw new MoveError(`no version of ${name} has the label ${label}`);
  // Not simply the last record: it may be of a move that never came about, or of an undoing.
  const promotion = (await readAudit(storage, name)).findLast(
    (record) => record.action === 'promote' && record.label === label && record.to === from,
  );
  const to = promotion?.from ?? null;
  if (!promotion || (to === null && label === 'stable')) {
    throw new MoveError(`${name} ${from} is the first that was ${label}: there is none to go back to`);
  }
  return write(storage, name, stored, { action: 'rollback', actor }, { label, from, to });
}

async function write(
  storage: ObjectStorage,
  name: string,
  { labels, generation }: Awaited<ReturnType<typeof readStoredLabels>>,
  { action, actor }: Pick<AuditRecord, 'action' | 'actor'>,
  move: Move,
): Promise<Move> {
  const { [move.label]: _moved, ...others } = labels;
  const next = move.to === null ? others : { ...others, [move.label]: move.to };
  const bundleSha256 = move.to === null ? null : sha256((await readStoredBundle(storage, name, move.to)).bundleJson);
  await recordAudit(storage, name, { action, actor, ...move, bundleSha256 });
  try {
    const bytes = Buffer.from(`${JSON.stringify(next, null, 2)}\n`);
    await storage.write(labelsOf(name), bytes, { ifGeneration: generation });
  } catch (error) {
    if (!(error instanceof GenerationConflictError)) throw error;
    await recordAudit(storage, name, { action: 'abandon', actor, ...move, bundleSha256 });
    throw new MoveError(`somebody else moved a label of ${name} meanwhile: look at its status, and try again`);
  }
  return move;
}
