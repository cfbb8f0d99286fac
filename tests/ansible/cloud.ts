import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toolsFolder, toolsInstalled } from '../../scripts/python-tools.js';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const tools = path.join(toolsFolder(repository), 'bin');

/** Whether `node scripts/python-tools.js` has installed Ansible here. */
export const hasAnsible = toolsInstalled(repository);

export const ansibleTool = (name: string) => path.join(tools, name);

/** What a playbook did, by its own count and by the commands that the double wrote down. */
export interface Run {
  code: number;
  output: string;
  changed: number;
  /** The commands of this run alone, such as "gcloud compute networks create mushroom --subnet-mode=custom". */
  commands: string[];
}

export interface CloudState {
  project: string;
  calls: string[][];
  enabled: string[];
  resources: Record<
    string,
    { settings: Record<string, unknown>; needs: string[]; policy: { role: string; member: string }[] }
  >;
  namespace: boolean;
  deployments: Record<string, { revisions: string[] }>;
  applied: string;
  head: string;
  differences: string;
  faults: { command: string; says: string }[];
}

/** A Google Cloud project that exists in a file only: what gcloud, kubectl, docker and git are there is a double. */
export class Cloud {
  private constructor(private readonly folder: string) {}

  /** A project with nothing in it. */
  static empty(): Cloud {
    const cloud = new Cloud(mkdtempSync(path.join(tmpdir(), 'cloud-')));
    cloud.write({
      project: 'mushroom-test',
      calls: [],
      enabled: [],
      resources: {},
      namespace: false,
      deployments: {},
      applied: '',
      head: 'a'.repeat(40),
      differences: '',
      faults: [],
    });
    return cloud;
  }

  /** Another project with the same in it. */
  copy(): Cloud {
    const cloud = new Cloud(mkdtempSync(path.join(tmpdir(), 'cloud-')));
    cpSync(this.folder, cloud.folder, { recursive: true });
    return cloud;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get state(): CloudState {
    return JSON.parse(readFileSync(this.stateFile, 'utf8'));
  }

  change(change: (state: CloudState) => void): void {
    const state = this.state;
    change(state);
    this.write(state);
  }

  /** What there is, by name, such as "compute networks mushroom". What a project has from the beginning does not count. */
  get contents(): string[] {
    return Object.entries(this.state.resources)
      .filter(([name, { settings }]) => !name.startsWith('projects ') && settings.state !== 'DELETED')
      .map(([name]) => name)
      .sort();
  }

  /** Where the playbooks write what gcloud and kubectl read. */
  get scratch(): string {
    return path.join(this.folder, 'scratch');
  }

  /** What the playbooks are run with, for another program to be run in this project. */
  get environment(): Record<string, string | undefined> {
    return {
      ...process.env,
      DOUBLE_STATE: this.stateFile,
      PATH: [path.join(import.meta.dirname, 'double'), tools, process.env.PATH].join(path.delimiter),
      ANSIBLE_NOCOLOR: '1',
      CLOUD_VARIABLES: this.variablesFile,
    };
  }

  /** Runs ansible/<playbook>.yml for the environment "staging". */
  async play(playbook: string, ...args: string[]): Promise<Run> {
    const before = this.state.calls.length;
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve, reject) => {
      execFile(
        path.join(tools, 'ansible-playbook'),
        [`${playbook}.yml`, '-e', '@environments/staging.yml', '-e', `@${this.variablesFile}`, ...args],
        {
          cwd: path.join(repository, 'ansible'),
          env: this.environment as NodeJS.ProcessEnv,
          maxBuffer: 1 << 26,
          timeout: HANG_LIMIT_MS,
          killSignal: 'SIGKILL',
        },
        (error, stdout, stderr) => {
          const output = stdout + stderr;
          if (error?.killed) reject(new Error(`${playbook} hangs; it printed:\n${output}`));
          else resolve({ code: error ? Number(error.code) : 0, output });
        },
      );
    });
    return {
      code,
      output,
      changed: Number(/\bchanged=(\d+)/.exec(output)?.[1] ?? Number.NaN),
      commands: this.state.calls.slice(before).map((words) => words.join(' ')),
    };
  }

  private get variablesFile(): string {
    const file = path.join(this.folder, 'variables.json');
    const variables = {
      mushroom_project: 'mushroom-test',
      mushroom_domain: 'mushroom.example.org',
      mushroom_scratch: this.scratch,
      mushroom_retry_delay: 0,
      github_federation_repository: 'example/mushroom-identifier',
    };
    writeFileSync(file, JSON.stringify(variables));
    return file;
  }

  private get stateFile(): string {
    return path.join(this.folder, 'state.json');
  }

  private write(state: CloudState): void {
    writeFileSync(this.stateFile, JSON.stringify(state));
  }
}

/** Commands that only look. Whatever is not among them counts as a change. */
const LOOKS = [
  /^gcloud .*\b(describe|get-iam-policy|list|ls)\b/,
  /^gcloud container clusters get-credentials\b/,
  /^gcloud auth configure-docker\b/,
  /^kubectl (--\S+ )*(get|diff|rollout status)\b/,
  /^git\b/,
];

/** Those of the commands that change something. */
export function changesAmong(commands: string[]): string[] {
  return commands.filter((command) => !LOOKS.some((look) => look.test(command)));
}
