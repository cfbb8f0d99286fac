// @ts-check
// Runs before anything is installed and on whatever Node there is: keep to syntax and modules that old versions have.

/**
 * What is wrong with this version of Node, in one sentence that says what to do; null where it is supported.
 * The range is the `engines` of package.json: native TensorFlow.js breaks on Node 23, the build tools need 20.19.
 *
 * @param {string} version such as "20.19.0"
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12)) return null;
  return (
    `Node ${version} can't run this project: install Node 22 (or 20.19 and newer 20.x) ` +
    'from https://nodejs.org, or run `nvm install` in this folder, and try again.'
  );
}

export function requireSupportedNode() {
  const problem = nodeVersionProblem(process.versions.node);
  if (problem) {
    console.error(problem);
    process.exit(1);
  }
}
