import { describe, expect, it } from 'vitest';
import { adviceFor } from './failure.js';

describe('advice on a failed step', () => {
  it.each([
    ['no network', 'npm error code ENOTFOUND\nnpm error network request failed', 'check the network connection'],
    ['a registry that refuses connections', 'npm error code ECONNREFUSED', 'check the network connection'],
    ['a full disk', 'npm error code ENOSPC\nnpm error nospc no space left on device', 'free about 2 GB'],
    ['a full disk during a build', 'Error: ENOSPC: no space left on device, write', 'free about 2 GB'],
    [
      'a folder of another user',
      "npm error Error: EACCES: permission denied, mkdir '/x'",
      'give your user write access',
    ],
    ['an untrusted certificate', 'npm error code SELF_SIGNED_CERT_IN_CHAIN', 'set NODE_EXTRA_CA_CERTS'],
    ['a refused package', 'npm error code E403', 'refused a package'],
    ['a damaged download', 'npm error code EINTEGRITY', 'npm cache clean --force'],
    ['a lock that is behind', 'npm error code EUSAGE\nnpm error `npm ci` can only install', 'run `npm install` once'],
  ])('%s', (_cause, output, advice) => {
    const sentence = adviceFor('Installing packages', output);
    expect(sentence).toMatch(/^Installing packages failed\. /);
    expect(sentence).toContain(advice);
  });

  it('points at the output where the cause is not known', () => {
    expect(adviceFor('Building the page', 'src/main.tsx: unexpected token')).toBe(
      'Building the page failed. The lines above say why; put that right and run the command again.',
    );
  });
});
