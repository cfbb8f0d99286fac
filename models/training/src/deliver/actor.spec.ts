import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serviceAccount } from './actor.ts';

async function credentials(content: object): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'credentials-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'credentials.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

describe('who delivers a model', () => {
  it('is the service account of the credentials', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const client_email = 'release@example-project.iam.gserviceaccount.com';
    const file = await credentials({ type: 'service_account', client_email, private_key: privateKey });
    expect(await serviceAccount(file)).toBe(client_email);
  });

  it('is nobody where the credentials are a person’s, or none', async () => {
    const person = { type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' };
    expect(await serviceAccount(await credentials(person))).toBeNull();
    expect(await serviceAccount('/nowhere/credentials.json')).toBeNull();
  });
});
