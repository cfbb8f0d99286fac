// @ts-check
// Runs before anything is installed and on whatever Node there is: keep to syntax and modules that old versions have.

/**
 * What is wrong with this version of Node, in one sentence that says what to do; null where it is supported.
 * The range is the `engines` of package.json: the build tools need 20.19 or 22.12, and the tests run on 20, 22 and 24.
 *
 * @param {string} version such as "20.19.0"
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major === 24) return null;
  return (
    `Node ${version} can't run this project: install Node 22 (or 24, or 20.19 and newer 20.x) ` +
    'from https://nodejs.org, or run `nvm install` in this folder, and try again.'
  );
}

/**
 * What there is not on this version of Node, in one line; null where nothing is missing. Native TensorFlow.js 4.22 calls
 * `util.isNullOrUndefined`, which Node 23 took away.
 *
 * @param {string} version
 */
export function nodeVersionNote(version) {
  return Number(version.split('.')[0]) < 23
    ? null
    : `Native TensorFlow.js does not run on Node ${version}: WebAssembly computes the answers, the same ones more slowly. Node 22 has both.`;
}

export function requireSupportedNode() {
  const problem = nodeVersionProblem(process.versions.node);
  if (problem) {
    console.error(problem);
    process.exit(1);
  }
  const note = nodeVersionNote(process.versions.node);
  if (note) console.log(note);
}
