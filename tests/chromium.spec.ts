import { describe, expect, it } from 'vitest';
import { findChromium } from './chromium.ts';

describe('the browser of the end-to-end tests', () => {
  it('is the one that CHROMIUM_PATH names', () => {
    expect(findChromium({ CHROMIUM_PATH: process.execPath }, [])).toBe(process.execPath);
  });

  it('is else the first at a known place', () => {
    expect(findChromium({}, ['/nowhere/chromium', process.execPath])).toBe(process.execPath);
  });

  it('may be missing outside of CI, where its tests are skipped', () => {
    expect(findChromium({}, ['/nowhere/chromium'])).toBeNull();
  });

  it('fails CI where it is missing', () => {
    expect(() => findChromium({ CI: 'true' }, ['/nowhere/chromium'])).toThrow('CI needs a browser');
  });

  it('is not silently another one where CHROMIUM_PATH is wrong', () => {
    expect(() => findChromium({ CHROMIUM_PATH: '/nowhere/chromium' }, [process.execPath])).toThrow('is no program');
  });
});
