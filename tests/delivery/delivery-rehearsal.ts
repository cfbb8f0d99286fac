import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import {
  startFakeCloudStorage,
  type FakeCloudStorage,
} from '@mushroom/recognition/registry/storage/testing/fake-cloud-storage';
import { repository, startService, type ServiceProcess } from '../service-process.ts';

const NAME = 'mushroom-classifier';
const BUCKET = 'gs://models/production';

/** How a command of the operator ended. */
export interface CommandResult {
  code: number;
  output: string;
}

/** What clients saw while models came and went. */
export interface Answers {
  /** Requests by status; -1 is a connection that failed. */
  statuses: Map<number, number>;
  /** Requests answered by each version. */
  versions: Map<string, number>;
}

/**
 * A bucket, and a service that follows it with its default settings, while clients send photos without a pause. The
 * models are copies of the one that is shipped, by other version numbers.
 */
export class DeliveryRehearsal {
  readonly answers: Answers = { statuses: new Map(), versions: new Map() };
  private running = true;
  private clients: Promise<unknown> = Promise.resolve();
  private service: ServiceProcess | undefined;
  private latest: string | undefined;

  private constructor(
    private readonly bucket: FakeCloudStorage,
    private readonly folder: string,
    private readonly shipped: string,
    private readonly photo: Buffer,
  ) {}

  static async prepare(): Promise<DeliveryRehearsal> {
    const registry = path.join(repository, 'models/registry');
    const shipped = path.join(registry, NAME, (await versionsOf(registry, NAME)).at(-1)!);
    const folder = await mkdtemp(path.join(tmpdir(), 'delivery-'));
    const photo = await readFile(path.join(repository, 'models/data/licensed/amanita-muscaria-1.jpg'));
    return new DeliveryRehearsal(await startFakeCloudStorage(['models']), folder, shipped, photo);
  }

  /** Starts the service, on an empty registry, and two clients. */
  async serve(environment: Record<string, string> = {}): Promise<void> {
    this.service = await startService({
      MODEL_BUCKET: BUCKET,
      MODEL_REGISTRY: path.join(this.folder, 'registry'),
      STORAGE_EMULATOR_HOST: this.bucket.url,
      RATE_LIMIT: '0',
      LOG_LEVEL: 'error',
      ...environment,
    });
    this.clients = Promise.all([this.sendPhotos(), this.sendPhotos()]);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.clients;
    await this.service?.stop();
    await this.bucket.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A bundle of another version. @param spoil changes a file of it; the checksums follow where `listed` is set. */
  async bundle(version: string, spoil?: { file: string; edit: (text: string) => string; listed: boolean }) {
    const directory = path.join(this.folder, `bundle-${version}`);
    await rm(directory, { recursive: true, force: true });
    await cp(this.shipped, directory, { recursive: true });
    const bundle = JSON.parse(await readFile(path.join(directory, 'bundle.json'), 'utf8'));
    bundle.version = version;
    if (spoil) {
      const file = path.join(directory, spoil.file);
      await writeFile(file, spoil.edit(await readFile(file, 'utf8')));
      const bytes = await readFile(file);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (spoil.listed) bundle.files[spoil.file] = { bytes: bytes.length, sha256 };
    }
    await writeFile(path.join(directory, 'bundle.json'), JSON.stringify(bundle));
    return directory;
  }

  /** Runs a command of the operator, such as `promote --version 2 --alias stable`. */
  run(command: 'publish' | 'promote' | 'rollback' | 'status', ...args: string[]): Promise<CommandResult> {
    const mushroom = path.join(repository, 'models/training/mushroom.js');
    const variables = { STORAGE_EMULATOR_HOST: this.bucket.url, DELIVERY_ACTOR: 'rehearsal', INIT_CWD: '' };
    const env = { ...process.env, ...variables };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [mushroom, command, '--to', BUCKET, ...args],
        { cwd: repository, env },
        (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code ?? -1) : 0, output: `${stdout}${stderr}`.trim() }),
      );
    });
  }

  publish(directory: string): Promise<CommandResult> {
    return this.run('publish', '--bundle', directory);
  }

  /** Puts files into the bucket behind the back of every check. */
  async smuggle(directory: string, version: string): Promise<void> {
    const bundle = JSON.parse(await readFile(path.join(directory, 'bundle.json'), 'utf8'));
    for (const file of [...Object.keys(bundle.files), 'bundle.json']) {
      await this.put(`${NAME}/${version}/${file}`, await readFile(path.join(directory, file)));
    }
  }

  async label(labels: Record<string, string>): Promise<void> {
    await this.put(`${NAME}/labels.json`, Buffer.from(JSON.stringify(labels)));
  }

  /** Names of the objects of the model, below its own folder. */
  objects(): string[] {
    const prefix = `production/${NAME}/`;
    return [...this.bucket.objects.get('models')!.keys()].flatMap((name) =>
      name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
    );
  }

  /** A metric's value, of the samples whose line has all of these parts. */
  async metric(name: string, ...parts: string[]): Promise<number> {
    const text = await (await fetch(`${this.service!.url}/metrics`)).text();
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith(name) && parts.every((part) => line.includes(part)));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** The version that answered last. */
  get version(): string | undefined {
    return this.latest;
  }

  /**
   * Waits until clients are answered by a version.
   * @returns milliseconds that it took.
   */
  async untilAnsweredBy(version: string): Promise<number> {
    const started = performance.now();
    while (this.latest !== version) {
      if (performance.now() - started > 100_000) throw new Error(`version ${version} never answered\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return performance.now() - started;
  }

  get log(): string {
    return this.service?.output() ?? '';
  }

  private async put(name: string, bytes: Buffer): Promise<void> {
    const objects = this.bucket.objects.get('models')!;
    const generation = Math.max(0, ...[...objects.values()].map((object) => object.generation)) + 1;
    objects.set(`production/${name}`, { bytes, generation });
  }

  private async sendPhotos(): Promise<void> {
    const count = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);
    while (this.running) {
      const form = new FormData();
      form.append('image', new Blob([Uint8Array.from(this.photo)], { type: 'image/jpeg' }), 'photo.jpg');
      try {
        const answer = await fetch(`${this.service!.url}/api/v1/identifications`, { method: 'POST', body: form });
        const body = (await answer.json()) as { model?: { version: string } };
        count(this.answers.statuses, answer.status);
        if (body.model) {
          count(this.answers.versions, body.model.version);
          this.latest = body.model.version;
        }
      } catch {
        count(this.answers.statuses, -1);
      }
    }
  }
}
