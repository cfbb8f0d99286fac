import { accessSync, constants } from 'node:fs';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

const KNOWN_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The browser of this machine: CHROMIUM_PATH, else one at a known place.
 * @returns its path, or null where there is none.
 * @throws Error where CHROMIUM_PATH is no program, and in CI where there is no browser: a skip there would hide a gap.
 */
export function findChromium(
  { CHROMIUM_PATH, CI }: Record<string, string | undefined> = process.env,
  knownPaths: readonly string[] = KNOWN_PATHS,
): string | null {
  if (CHROMIUM_PATH) {
    if (!isProgram(CHROMIUM_PATH)) throw new Error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, which is no program`);
    return CHROMIUM_PATH;
  }
  const found = knownPaths.find(isProgram) ?? null;
  if (found === null && CI) {
    throw new Error('CI needs a browser: install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH');
  }
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** For the title of a `describe` that is skipped where there is no browser. */
export const SKIP_NOTE = 'needs Chromium: install it or set CHROMIUM_PATH';

/** @param switches of Chromium, beside those that every machine needs. */
export function launchOptions(executablePath: string, switches: readonly string[] = []): LaunchOptions {
  return {
    executablePath,
    // Chromium does not start as root with its sandbox on; everybody else keeps it. Containers have a small /dev/shm.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-dev-shm-usage', ...switches],
  };
}

/** A browser of the caller's own. */
export const launchChromium = (executablePath: string, switches?: readonly string[]): Promise<Browser> =>
  chromium.launch(launchOptions(executablePath, switches));
