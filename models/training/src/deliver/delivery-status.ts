import { group as groupBy, sum } from 'd3-array';
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
      const own = objects.filter((object) => object.name.startsWith(`${name}/`));
      const versions = [...groupBy(own, (object) => object.name.split('/')[1]!)]
        .filter(([version]) => versionSchema.safeParse(version).success)
        .filter(([version, files]) => files.some((file) => file.name === `${name}/${version}/bundle.json`))
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([version, files]) => ({
          version,
          bytes: sum(files, ({ bytes }) => bytes),
          labels: Object.keys(labels).filter((label) => labels[label] === version),
        }));
      return { name, versions, labels, audit: await readAudit(storage, name) };
    }),
  );
}
