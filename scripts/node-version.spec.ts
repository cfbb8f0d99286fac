import { describe, expect, it } from 'vitest';
import { nodeVersionNote, nodeVersionProblem } from './node-version.js';

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '22.23.3', '24.0.0', '24.22.3'])('%s is supported', (version) => {
    expect(nodeVersionProblem(version)).toBeNull();
  });

  it.each(['14.21.3', '18.20.8', '20.18.3', '21.7.3', '22.11.0', '23.0.0', '25.2.0'])(
    '%s is refused with what to do',
    (version) => {
      expect(nodeVersionProblem(version)).toMatch(`Node ${version} can't run this project: install Node 22`);
    },
  );

  it('gets a line on what it lacks where native TensorFlow.js does not run on it', () => {
    expect(nodeVersionNote('20.20.2')).toBeNull();
    expect(nodeVersionNote('22.23.3')).toBeNull();
    expect(nodeVersionNote('24.22.3')).toMatch(/^Native TensorFlow\.js does not run on Node 24\.22\.3: WebAssembly/);
  });
});
