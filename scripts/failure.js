// @ts-check

/** Something that went wrong in a way the user can put right: the message says how. */
export class Failure extends Error {}

/** Causes by what npm, the build tools and the operating system print for them; the first that matches counts. */
const CAUSES = [
  {
    pattern: /\bENOSPC\b|no space left/i,
    advice: 'The disk is full: free about 2 GB and run the command again.',
  },
  {
    pattern: /\b(EACCES|EPERM|EROFS)\b/,
    advice:
      'This folder can’t be written to: give your user write access to it (no sudo needed) and run the command again.',
  },
  {
    pattern: /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/,
    advice:
      'The package registry can’t be reached: check the network connection (and `npm config get registry`, ' +
      '`npm config get proxy`) and run the command again.',
  },
  {
    pattern: /\b(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)\b/,
    advice:
      'The registry’s certificate is not trusted: set NODE_EXTRA_CA_CERTS to your network’s CA file and run the command again.',
  },
  {
    pattern: /\bcode E40[134]\b/,
    advice: 'The package registry refused a package: check `npm config get registry` and your access to it.',
  },
  {
    pattern: /\bEINTEGRITY\b/,
    advice: 'A downloaded package is damaged: run `npm cache clean --force`, then the command again.',
  },
  {
    pattern: /\bcode EUSAGE\b/,
    advice: 'package.json and package-lock.json disagree: run `npm install` once, then the command again.',
  },
];

/**
 * One sentence on what to do about a command that failed.
 *
 * @param {string} task what was tried, such as "Installing packages"
 * @param {string} output what the command printed
 */
export function adviceFor(task, output) {
  const cause = CAUSES.find(({ pattern }) => pattern.test(output));
  return `${task} failed. ${cause ? cause.advice : 'The lines above say why; put that right and run the command again.'}`;
}

/**
 * Runs a script's steps; a failure ends the process with its sentence alone, anything unforeseen with its stack as well.
 *
 * @param {() => Promise<void>} steps
 */
export async function reportingFailures(steps) {
  try {
    await steps();
  } catch (error) {
    if (error instanceof Failure) {
      console.error(`\n${error.message}`);
    } else {
      console.error(error);
      console.error(adviceFor('This step', String(error)));
    }
    process.exitCode = 1;
  }
}
