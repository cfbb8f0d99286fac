// @ts-check
// Stands in for gcloud, kubectl, docker and git: writes down every command, refuses what the real gcloud does not know
// (its flags are in gcloud-commands.json), and remembers what was made, so that what depends on something else is
// refused where that is not there, as Google Cloud does. DOUBLE_STATE names the file that it remembers in.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** @typedef {{ settings: Record<string, unknown>, needs: string[], policy: { role: string, member: string }[] }} Resource */
/** @typedef {{ revisions: string[] }} Deployment each revision is the value of app.kubernetes.io/version. */

/**
 * @typedef {object} State
 * @property {string} project
 * @property {string[][]} calls every command that was run
 * @property {string[]} enabled interfaces
 * @property {Record<string, Resource>} resources by "kind id", and "images <tag>"
 * @property {boolean} namespace
 * @property {Record<string, Deployment>} deployments
 * @property {string} applied hash of the overlay that the cluster is at
 * @property {string} head revision that is checked out
 * @property {string} differences what git status prints
 * @property {{ command: string, says: string }[]} faults commands that fail, and with what words
 */

const INTERFACES = {
  artifacts: 'artifactregistry.googleapis.com',
  'certificate-manager': 'certificatemanager.googleapis.com',
  compute: 'compute.googleapis.com',
  container: 'container.googleapis.com',
  iam: 'iam.googleapis.com',
  storage: 'storage.googleapis.com',
};

class Refusal extends Error {
  /** @param {string} message @param {number} [code] */
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

const stateFile = process.env.DOUBLE_STATE ?? '';
/** @type {State} */
const state = JSON.parse(readFileSync(stateFile, 'utf8'));
const [program = '', ...args] = process.argv.slice(2);

/** @type {Record<string, (args: string[]) => string>} */
const PROGRAMS = { gcloud, kubectl, docker, git };

state.calls.push([program, ...args]);
try {
  const line = [program, ...args].join(' ');
  const fault = state.faults.find(({ command }) => line.startsWith(command));
  if (fault) throw new Refusal(fault.says);
  process.stdout.write(PROGRAMS[program]?.(args) ?? '');
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`ERROR: ${error.message}\n`);
  process.exitCode = error.code;
} finally {
  writeFileSync(stateFile, JSON.stringify(state, null, 1));
}

/** @param {string[]} args */
function gcloud(args) {
  const table = JSON.parse(readFileSync(path.join(import.meta.dirname, '../gcloud-commands.json'), 'utf8'));
  const words = args.filter((arg) => !arg.startsWith('--'));
  const length = words.findLastIndex((_, index) => words.slice(0, index + 1).join(' ') in table) + 1;
  const command = words.slice(0, length).join(' ');
  if (length === 0) throw new Refusal(`Invalid choice: '${words.join(' ')}'.`, 2);
  const flags = flagsOf(args, { ...table[''], ...table[command] }, command);
  if (process.env.CLOUDSDK_CORE_PROJECT !== state.project) throw new Refusal('another project is meant', 2);
  if (process.env.CLOUDSDK_CORE_DISABLE_PROMPTS !== '1') throw new Refusal('it would ask a question', 2);
  const needed = INTERFACES[/** @type {keyof typeof INTERFACES} */ (words[0])];
  if (needed && !state.enabled.includes(needed)) {
    throw new Refusal(`PERMISSION_DENIED: API [${needed}] not enabled on project [${state.project}].`);
  }
  const verb = words[length - 1] ?? '';
  return answer(command, words.slice(0, length - 1).join(' '), verb, words.slice(length), flags);
}

/**
 * @param {string[]} args
 * @param {Record<string, string | string[]>} known
 * @param {string} command
 * @returns {Record<string, string>}
 */
function flagsOf(args, known, command) {
  /** @type {Record<string, string>} */
  const flags = {};
  for (const arg of args.filter((word) => word.startsWith('--'))) {
    const [flag = '', ...rest] = arg.split('=');
    const positive = flag.replace('--no-', '--');
    const type = known[flag] ?? (known[positive] === 'bool' ? 'bool' : undefined);
    if (type === undefined) throw new Refusal(`(gcloud.${command}) unrecognized arguments: ${arg}`, 2);
    if (type !== 'bool' && rest.length === 0) throw new Refusal(`argument ${flag}: expected one argument`, 2);
    if (Array.isArray(type) && !type.includes(rest.join('='))) throw new Refusal(`${arg}: not one of ${type}`, 2);
    flags[flag] = rest.join('=');
  }
  return flags;
}

/**
 * @param {string} command
 * @param {string} kind
 * @param {string} verb
 * @param {string[]} positionals
 * @param {Record<string, string>} flags
 * @returns {string}
 */
function answer(command, kind, verb, positionals, flags) {
  const id = positionals[0] ?? '';
  switch (command) {
    case 'projects describe':
      if (id !== state.project) throw new Refusal(`[${id}] not found: NOT_FOUND: Project not found.`);
      return JSON.stringify({ projectId: id, projectNumber: '123456789012', lifecycleState: 'ACTIVE' });
    case 'services list':
      return state.enabled.map((name) => `${name}\n`).join('');
    case 'services enable':
      state.enabled.push(...positionals);
      return '';
    case 'auth configure-docker':
      return '';
    case 'container clusters get-credentials':
      resource('container clusters', id);
      writeFileSync(process.env.KUBECONFIG ?? '', 'kind: Config\n');
      return '';
    case 'artifacts docker images describe':
      return `${String(resource('images', id).settings.digest)}\n`;
    case 'artifacts docker images list':
      return Object.keys(state.resources)
        .filter((name) => name.startsWith('images '))
        .map((name) => `${name}\n`)
        .join('');
    case 'storage ls':
      resource('storage buckets', id.replace(/\/$/, ''));
      return '';
    case 'storage rm':
      if (!('--recursive' in flags)) throw new Refusal('the bucket is not empty: 409');
      return remove('storage buckets', id);
  }
  if (verb === 'describe') {
    const { settings } = resource(kind, id);
    return flags['--format']?.startsWith('value(')
      ? `${String(settings[flags['--format'].slice('value('.length, -1)] ?? '')}\n`
      : JSON.stringify(settings);
  }
  if (verb.startsWith('create')) return create(kind, id, flags);
  if (verb === 'delete') return remove(kind, id);
  if (verb === 'get-iam-policy') {
    const bindings = holder(kind, id).policy.map(({ role, member }) => ({ role, members: [member] }));
    return JSON.stringify({ bindings, etag: 'x' });
  }
  if (verb === 'add-iam-policy-binding') {
    const member = flags['--member'] ?? '';
    const account = /^serviceAccount:(.*)$/.exec(member)?.[1];
    if (account) resource('iam service-accounts', account);
    if (member.includes('.svc.id.goog/') && !has('container clusters')) {
      throw new Refusal(`INVALID_ARGUMENT: Identity Pool does not exist (${state.project}.svc.id.goog).`);
    }
    if (/workloadIdentityPools\/github\//.test(member)) resource('iam workload-identity-pools', 'github');
    holder(kind, id).policy.push({ role: flags['--role'] ?? '', member });
    return '';
  }
  if (verb === 'remove-iam-policy-binding') {
    const at = holder(kind, id).policy.findIndex(
      ({ role, member }) => role === flags['--role'] && member === flags['--member'],
    );
    if (at < 0) throw new Refusal('Policy binding with the specified principal and role not found!');
    holder(kind, id).policy.splice(at, 1);
    return '';
  }
  change(kind, verb, resource(kind, id).settings, flags);
  return '';
}

/** @param {string} kind */
function has(kind) {
  return Object.keys(state.resources).some((name) => name.startsWith(`${kind} `));
}

/** @param {string} kind @param {string} id @returns {Resource} */
function resource(kind, id) {
  const found = state.resources[`${kind} ${id}`];
  if (!found) throw new Refusal(`NOT_FOUND: The resource '${kind}/${id}' was not found`);
  return found;
}

/** What a role can be held on: the project itself is there from the beginning. @param {string} kind @param {string} id */
function holder(kind, id) {
  if (kind === 'projects') state.resources[`projects ${id}`] ??= { settings: {}, needs: [], policy: [] };
  return resource(kind, id);
}

/** @param {string} kind @param {string} id @param {Record<string, string>} flags */
function create(kind, id, flags) {
  const name = kind === 'iam service-accounts' ? `${id}@${state.project}.iam.gserviceaccount.com` : id;
  if (state.resources[`${kind} ${name}`]) throw new Refusal(`ALREADY_EXISTS: '${kind}/${name}' already exists`);
  const needs = needsOf(kind, flags);
  for (const need of needs) {
    if (!state.resources[need]) throw new Refusal(`NOT_FOUND: '${need}' was not found`);
  }
  /** @type {Record<string, unknown>} */
  const settings = {};
  change(kind, 'create', settings, flags);
  state.resources[`${kind} ${name}`] = { settings, needs, policy: [] };
  return '';
}

/** @param {string} kind @param {Record<string, string>} flags @returns {string[]} what has to be there for it */
function needsOf(kind, flags) {
  switch (kind) {
    case 'compute networks subnets':
      return [`compute networks ${flags['--network']}`];
    case 'container clusters':
      return [
        `compute networks ${flags['--network']}`,
        `compute networks subnets ${flags['--subnetwork']}`,
        `iam service-accounts ${flags['--service-account']}`,
      ];
    case 'compute security-policies rules':
      return [`compute security-policies ${flags['--security-policy']}`];
    case 'iam workload-identity-pools providers':
      return [`iam workload-identity-pools ${flags['--workload-identity-pool']}`];
    case 'certificate-manager maps entries':
      return [
        `certificate-manager maps ${flags['--map']}`,
        `certificate-manager certificates ${flags['--certificates']}`,
      ];
    default:
      return [];
  }
}

/** @param {string} kind @param {string} id */
function remove(kind, id) {
  const { settings } = resource(kind, id);
  const user = Object.entries(state.resources).find(
    ([
      ,
      {
        needs,
        settings: { state: life },
      },
    ]) => life !== 'DELETED' && needs.includes(`${kind} ${id}`),
  )?.[0];
  if (user) throw new Refusal(`'${kind}/${id}' is already being used by '${user}'`);
  if (state.namespace && kind === 'compute addresses')
    throw new Refusal(`'${id}' is already being used by the Gateway`);
  if (kind.startsWith('iam workload-identity-pools')) {
    if (settings.state === 'DELETED') throw new Refusal('NOT_FOUND');
    settings.state = 'DELETED';
    return '';
  }
  delete state.resources[`${kind} ${id}`];
  if (kind === 'container clusters') {
    state.namespace = false;
    state.deployments = {};
    state.applied = '';
  }
  if (kind === 'artifacts repositories') {
    for (const name of Object.keys(state.resources)) if (name.startsWith('images ')) delete state.resources[name];
  }
  return '';
}

/**
 * What `describe` shows after the command, as far as the playbooks look at it.
 * @param {string} kind
 * @param {string} verb
 * @param {Record<string, unknown>} settings
 * @param {Record<string, string>} flags
 */
function change(kind, verb, settings, flags) {
  if (kind.startsWith('iam workload-identity-pools')) settings.state = 'ACTIVE';
  if (kind === 'compute addresses') settings.address = '203.0.113.7';
  if (kind === 'compute networks subnets')
    settings.privateIpGoogleAccess = '--enable-private-ip-google-access' in flags;
  if (kind === 'container clusters') settings.releaseChannel = { channel: flags['--release-channel']?.toUpperCase() };
  if (kind === 'artifacts repositories' && verb === 'set-cleanup-policies') {
    settings.cleanupPolicies = Object.fromEntries(
      JSON.parse(readFileSync(flags['--policy'] ?? '', 'utf8')).map((/** @type {any} */ policy) => [
        policy.name,
        { ...policy, id: policy.name, action: policy.action.type.toUpperCase() },
      ]),
    );
  }
  if (kind === 'storage buckets') {
    if ('--public-access-prevention' in flags) settings.public_access_prevention = 'enforced';
    if ('--uniform-bucket-level-access' in flags) settings.uniform_bucket_level_access = true;
    if ('--versioning' in flags || verb === 'create') settings.versioning_enabled = '--versioning' in flags;
    const days = /^(\d+)d$/.exec(flags['--soft-delete-duration'] ?? '7d')?.[1];
    settings.soft_delete_policy = {
      effectiveTime: '2026-01-01T00:00:00Z',
      retentionDurationSeconds: `${Number(days) * 86400}`,
    };
    if (flags['--lifecycle-file'])
      settings.lifecycle_config = JSON.parse(readFileSync(flags['--lifecycle-file'], 'utf8'));
  }
}

/** @param {string[]} args */
function kubectl(args) {
  if (!existsSync(process.env.KUBECONFIG ?? '')) throw new Refusal('no configuration has been provided');
  const words = args.filter((arg) => !arg.startsWith('--'));
  const flag = (/** @type {string} */ name) =>
    args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1) ?? args[args.indexOf(name) + 1] ?? '';
  const [verb, what = '', which = ''] = words;
  if (verb === 'get' && what === 'namespace') return state.namespace ? `namespace/${which}\n` : '';
  if (verb === 'get' && what === 'deployments') {
    return Object.entries(state.deployments)
      .map(([name, { revisions }]) => `${name}   ${revisions.at(-1)}\n`)
      .join('');
  }
  if (verb === 'get') return '';
  if (verb === 'diff' || verb === 'apply') {
    const overlay = readFileSync(path.join(flag('--kustomize'), 'kustomization.yaml'), 'utf8');
    const hash = createHash('sha256').update(overlay).digest('hex');
    if (verb === 'diff') {
      if (!state.namespace) throw new Refusal('namespaces "mushroom-identifier" not found', 2);
      if (hash === state.applied) return '';
      process.exitCode = 1;
      return '-  image: before\n+  image: after\n';
    }
    state.namespace = true;
    state.applied = hash;
    const revision = /app\.kubernetes\.io\/version: '(.*)'/.exec(overlay)?.[1] ?? '';
    for (const [, name = ''] of overlay.matchAll(/- name: (\S+)\n\s+newName: \S+\n\s+digest: sha256:[0-9a-f]{64}\n/g)) {
      (state.deployments[name] ??= { revisions: [] }).revisions.push(revision);
    }
    return 'applied\n';
  }
  if (verb === 'rollout') {
    const name = which.replace('deployment/', '');
    const deployment = state.deployments[name];
    if (!deployment) throw new Refusal(`deployments.apps "${name}" not found`);
    if (what === 'undo') {
      if (deployment.revisions.length < 2) throw new Refusal('no rollout history found');
      deployment.revisions.push(deployment.revisions.at(-2) ?? '');
      state.applied = '';
    }
    return '';
  }
  if (verb === 'delete' && what === 'namespace') {
    if (!state.namespace) throw new Refusal(`namespaces "${which}" not found`);
    state.namespace = false;
    state.deployments = {};
    state.applied = '';
    return '';
  }
  throw new Refusal(`unknown command: kubectl ${args.join(' ')}`);
}

/** @param {string[]} args */
function docker(args) {
  if (args[0] !== 'buildx' || args[1] !== 'build') throw new Refusal(`unknown command: docker ${args.join(' ')}`);
  const tag = args.find((arg) => arg.startsWith('--tag='))?.slice('--tag='.length) ?? '';
  const repository = tag.split('/')[2] ?? '';
  const needs = [`artifacts repositories ${repository}`];
  if (!state.resources[needs[0] ?? '']) throw new Refusal(`name unknown: Repository "${repository}" not found`);
  if (state.resources[`images ${tag}`])
    throw new Refusal('manifest invalid: cannot update tag. The repository has immutable tags');
  const digest = `sha256:${createHash('sha256').update(tag).digest('hex')}`;
  state.resources[`images ${tag}`] = { settings: { digest }, needs: [], policy: [] };
  return '';
}

/** @param {string[]} args */
function git(args) {
  const [, , verb, ...rest] = args;
  if (verb === 'status') return state.differences;
  if (verb === 'rev-parse') {
    const revision = (rest.at(-1) ?? '').replace('^{commit}', '');
    return `${revision === 'HEAD' ? state.head : revision}\n`;
  }
  throw new Refusal(`unknown command: git ${args.join(' ')}`);
}
