import { versionSchema, type Labels } from '@mushroom/recognition/registry/labels.schema';
import type { ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import { readAudit, type AuditRecord } from './audit.ts';
import { readStoredLabels } from '@mushroom/recognition/registry/stored-bundle';

export interface DeliveryStatus {
  name: string;
  /** Oldest first. */
  versions: { version: string; bytes: number; labels: string[] }[];
  labels: Labels;
  /** Oldest first. */
  audit: AuditRecord[];
}

/** What a storage holds of every model: versions that are published whole, their labels, and what was done. */
export async function deliveryStatus(storage: ObjectStorage): Promise<DeliveryStatus[]> {
  const objects = await storage.list();
  const names = new Set(objects.map(({ name }) => name.split('/')[0]!));
  return Promise.all(
    [...names].sort().map(async (name) => {
      const { labels } = await readStoredLabels(storage, name);
      const bytes = new Map<string, number>();
      const published = new Set<string>();
      for (const object of objects) {
        const [model, version = '', ...file] = object.name.split('/');
        if (model !== name || !versionSchema.safeParse(version).success) continue;
        bytes.set(version, (bytes.get(version) ?? 0) + object.bytes);
        if (file.join('/') === 'bundle.json') published.add(version);
      }
      const versions = [...published]
        .sort((a, b) => Number(a) - Number(b))
        .map((version) => ({
          version,
          bytes: bytes.get(version)!,
          labels: Object.keys(labels).filter((label) => labels[label] === version),
        }));
      return { name, versions, labels, audit: await readAudit(storage, name) };
    }),
  );
}
