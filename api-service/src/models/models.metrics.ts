import { Counter, Gauge, Registry } from 'prom-client';
import type { BucketMirror } from './bucket-mirror.ts';
import type { ServedModel } from './served-model.ts';

/** What a served model's versions and labels do, for Prometheus; read off the model when asked for. */
export function modelMetrics(served: ServedModel, mirror?: BucketMirror): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'mushroom_model_label',
    help: '1 for the version that a label stands for.',
    labelNames: ['model', 'label', 'version'],
    registers,
    collect() {
      const { name, labels } = served.status();
      this.reset();
      for (const [label, version] of Object.entries(labels)) this.set({ model: name, label, version }, 1);
    },
  });
  new Counter({
    name: 'mushroom_model_label_moves_total',
    help: 'Times that a label moved from one version to another.',
    labelNames: ['model'],
    registers,
    collect() {
      const { name, moves } = served.status();
      this.reset();
      this.inc({ model: name }, moves);
    },
  });
  new Counter({
    name: 'mushroom_model_refusals_total',
    help: 'Versions (or labels.json) refused, by reason: missing, malformed, checksum, golden, engine.',
    labelNames: ['model', 'reason'],
    registers,
    collect() {
      const { name, refusals } = served.status();
      this.reset();
      for (const [reason, count] of refusals) this.inc({ model: name, reason }, count);
    },
  });
  if (mirror) bucketMetrics(mirror, registry);
  return registry;
}

function bucketMetrics(mirror: BucketMirror, registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: 'mushroom_bucket_looks_total',
    help: 'Looks at the bucket of models that came to something: updated, refused (not to be trusted), failed.',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { updates, refusals, failures } = mirror.status();
      this.reset();
      this.inc({ outcome: 'updated' }, updates);
      this.inc({ outcome: 'refused' }, refusals);
      this.inc({ outcome: 'failed' }, failures);
    },
  });
  new Gauge({
    name: 'mushroom_bucket_in_step_timestamp_seconds',
    help: 'When the registry was last seen to be as the bucket is; 0 before the first time.',
    registers,
    collect() {
      this.set((mirror.status().inStepAt ?? 0) / 1000);
    },
  });
}
