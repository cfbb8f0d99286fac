import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig, type Config } from '../../api-service/src/config.ts';
import {
  COMPONENTS,
  manifests,
  MISSING_KUBECTL,
  OVERLAYS,
  renderCombination,
  renderOverlay,
  type Manifest,
} from './kustomize.ts';

const repository = path.dirname(manifests);

interface PodTemplate {
  metadata: { labels: Record<string, string> };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  spec: any;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Container = any;

const templateOf = ({ spec }: Manifest) => spec.template as PodTemplate;
const containersOf = ({ spec }: PodTemplate): Container[] => [...(spec.initContainers ?? []), ...spec.containers];

/** Whether a label selector takes a pod with these labels. An empty one takes every pod, and no selector none. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function selects(selector: any, labels: Record<string, string>): boolean {
  if (!selector) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }: { key: string; operator: string; values: string[] }) => {
      if (operator !== 'In') throw new Error(`The test does not know the operator ${operator}.`);
      return values.includes(labels[key]!);
    })
  );
}

/** How long Google's load balancers keep an idle connection to a backend. It can't be set. */
const BALANCER_IDLE_MS = 600_000;

const SETS: [string, () => Promise<Manifest[]>][] = [
  ...OVERLAYS.map((overlay): (typeof SETS)[number] => [`overlay ${overlay}`, () => renderOverlay(overlay)]),
  ['the base with every component', () => renderCombination(COMPONENTS)],
];

describe.skipIf(MISSING_KUBECTL).each(SETS)('%s', (name, renderSet) => {
  let rendered: Manifest[];
  const of = (kind: string) => rendered.filter((manifest) => manifest.kind === kind);
  const named = (kind: string, name: string) => of(kind).find(({ metadata }) => metadata.name === name);

  /** Deployments and Jobs: what makes pods. */
  let workloads: Manifest[];
  let deployments: Manifest[];
  beforeAll(async () => {
    rendered = await renderSet();
    deployments = of('Deployment');
    workloads = [...deployments, ...of('Job')];
    expect(deployments.length).toBeGreaterThanOrEqual(2);
  });

  /** Settings of the service, as the service reads them. */
  function configOf(deployment: Manifest): Config {
    const [container] = templateOf(deployment).spec.containers;
    const { name } = container.envFrom[0].configMapRef;
    return readConfig(named('ConfigMap', name)!.data);
  }
  const apis = () =>
    deployments.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'api-service');

  it('takes nothing from the host, and no privilege', () => {
    for (const workload of workloads) {
      const { spec } = templateOf(workload);
      expect(spec).not.toHaveProperty('hostNetwork');
      expect(spec).not.toHaveProperty('hostPID');
      expect(spec).not.toHaveProperty('hostIPC');
      expect((spec.volumes ?? []).filter((volume: object) => 'hostPath' in volume)).toEqual([]);
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { name, securityContext } of containersOf(templateOf(workload))) {
        expect(securityContext, name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('runs each container as the user that its image has', () => {
    for (const deployment of deployments) {
      const folder = deployment.metadata.labels!['app.kubernetes.io/name']!;
      const dockerfile = readFileSync(path.join(repository, folder, 'Dockerfile'), 'utf8');
      const { runAsUser, runAsGroup } = templateOf(deployment).spec.securityContext;
      expect(dockerfile).toContain(`\nUSER ${runAsUser}:${runAsGroup}\n`);
    }
  });

  it('gives no pod a token of Kubernetes, which none asks anything', () => {
    for (const workload of workloads) {
      const { automountServiceAccountToken, serviceAccountName } = templateOf(workload).spec;
      expect(automountServiceAccountToken).toBe(false);
      expect(named('ServiceAccount', serviceAccountName)?.automountServiceAccountToken, serviceAccountName).toBe(false);
    }
  });

  it('holds every namespace to the restricted Pod Security Standard', () => {
    for (const { metadata } of of('Namespace')) {
      for (const mode of ['enforce', 'audit', 'warn']) {
        expect(metadata.labels?.[`pod-security.kubernetes.io/${mode}`]).toBe('restricted');
      }
    }
    expect(of('Namespace')).toHaveLength(1);
  });

  it('puts everything into one namespace', () => {
    const [namespace] = of('Namespace');
    for (const { kind, metadata } of rendered.filter((manifest) => manifest !== namespace)) {
      expect(metadata.namespace, `${kind} ${metadata.name}`).toBe(namespace!.metadata.name);
    }
  });

  it('keeps no secret', () => {
    expect(of('Secret')).toEqual([]);
  });

  it('says what every container needs, and how much memory and disk it may have', () => {
    for (const workload of workloads) {
      for (const { name, resources } of containersOf(templateOf(workload))) {
        expect(resources.requests, name).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
        expect(resources.limits.memory, name).toBe(resources.requests.memory);
        expect(resources.limits, name).toHaveProperty('ephemeral-storage');
      }
    }
  });

  it('has a place to write for every container whose root can not be written to', () => {
    for (const workload of workloads) {
      const { spec } = templateOf(workload);
      for (const { name, volumeMounts } of containersOf(templateOf(workload))) {
        const tmp = volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === '/tmp');
        const volume = spec.volumes.find((candidate: { name: string }) => candidate.name === tmp?.name);
        expect(volume?.emptyDir?.sizeLimit, name).toBeDefined();
      }
    }
  });

  it('asks three different questions: started, ready, alive', () => {
    for (const deployment of deployments) {
      for (const { startupProbe, readinessProbe, livenessProbe } of templateOf(deployment).spec.containers) {
        const questions = [startupProbe, readinessProbe, livenessProbe].map((probe) =>
          JSON.stringify(probe.httpGet ?? probe.tcpSocket),
        );
        expect(new Set(questions).size).toBe(3);
      }
    }
    for (const api of apis()) {
      const [{ startupProbe, readinessProbe, livenessProbe }] = templateOf(api).spec.containers;
      expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
        '/startupz',
        '/readyz',
        '/livez',
      ]);
    }
  });

  it('waits longer for a pod to end than its longest request takes', () => {
    for (const api of apis()) {
      const config = configOf(api);
      const { terminationGracePeriodSeconds, containers } = templateOf(api).spec;
      const preStopMs = containers[0].lifecycle.preStop.sleep.seconds * 1000;
      const longestMs = config.UPLOAD_TIMEOUT_MS + config.REQUEST_DEADLINE_MS;
      expect(preStopMs).toBeGreaterThanOrEqual(10_000);
      expect(config.DRAIN_TIMEOUT_MS).toBeGreaterThanOrEqual(longestMs);
      expect(terminationGracePeriodSeconds * 1000).toBeGreaterThan(
        preStopMs + config.DRAIN_DELAY_MS + config.DRAIN_TIMEOUT_MS,
      );
    }
    const page = templateOf(named('Deployment', 'frontend')!).spec;
    const nginx = readFileSync(path.join(repository, 'frontend/nginx/nginx.conf'), 'utf8');
    const [, shutdownSeconds] = /worker_shutdown_timeout (\d+)s;/.exec(nginx)!;
    expect(page.terminationGracePeriodSeconds).toBeGreaterThan(
      page.containers[0].lifecycle.preStop.sleep.seconds + Number(shutdownSeconds),
    );
  });

  it('lets the load balancer wait longer than the longest request takes', () => {
    for (const policy of of('GCPBackendPolicy')) {
      for (const api of apis()) {
        const { UPLOAD_TIMEOUT_MS, REQUEST_DEADLINE_MS } = configOf(api);
        expect(policy.spec.default.timeoutSec * 1000).toBeGreaterThan(UPLOAD_TIMEOUT_MS + REQUEST_DEADLINE_MS);
      }
    }
  });

  it('leaves it to the load balancer to close idle connections, and to nginx towards the api', () => {
    const page = templateOf(named('Deployment', 'frontend')!).spec.containers[0];
    const told = page.env.find(({ name }: { name: string }) => name === 'KEEP_ALIVE_TIMEOUT_MS')?.value;
    const nginx = (file: string) => readFileSync(path.join(repository, 'frontend/nginx', file), 'utf8');
    const [, byDefault] = /\$\{KEEP_ALIVE_TIMEOUT_MS:=(\d+)\}/.exec(nginx('start.sh'))!;
    const [, towardsApiSeconds] = / keepalive_timeout (\d+)s;/.exec(nginx('nginx.conf'))!;
    expect(Number(told ?? byDefault)).toBeGreaterThan(BALANCER_IDLE_MS);
    for (const api of apis()) {
      const { KEEP_ALIVE_TIMEOUT_MS } = configOf(api);
      expect(KEEP_ALIVE_TIMEOUT_MS).toBeGreaterThan(BALANCER_IDLE_MS);
      expect(KEEP_ALIVE_TIMEOUT_MS).toBeGreaterThan(Number(towardsApiSeconds) * 1000);
    }
  });

  it('runs as many workers as the request for processors says', () => {
    for (const api of apis()) {
      const [container] = templateOf(api).spec.containers;
      const workers = container.env.find(({ name }: { name: string }) => name === 'INFERENCE_WORKERS');
      expect(workers.valueFrom.resourceFieldRef).toEqual({
        containerName: container.name,
        resource: 'requests.cpu',
        divisor: '1',
      });
    }
  });

  it('sets no key that the service does not know', () => {
    const known = new Set(Object.keys(readConfig({})));
    for (const api of apis()) {
      const [container] = templateOf(api).spec.containers;
      const { name } = container.envFrom[0].configMapRef;
      const keys = [
        ...Object.keys(named('ConfigMap', name)!.data),
        ...container.env.map((entry: Manifest) => entry.name),
      ];
      expect(keys.filter((key) => !known.has(key))).toEqual([]);
    }
  });

  if (name.startsWith('overlay')) {
    it('names the bucket where the model comes from one', () => {
      for (const api of apis()) {
        const fetches = (templateOf(api).spec.initContainers ?? []).length > 0;
        expect(configOf(api).MODEL_BUCKET !== '').toBe(fetches);
      }
    });
  }

  it('has selectors that take the pods they are meant for, and no others', () => {
    for (const deployment of deployments) {
      const { labels } = templateOf(deployment).metadata;
      expect(selects(deployment.spec.selector, labels)).toBe(true);
      for (const other of workloads.filter((workload) => workload !== deployment)) {
        expect(selects(deployment.spec.selector, templateOf(other).metadata.labels), other.metadata.name).toBe(false);
      }
      for (const { labelSelector } of templateOf(deployment).spec.topologySpreadConstraints ?? []) {
        expect(selects(labelSelector, labels)).toBe(true);
      }
    }
    for (const service of of('Service')) {
      const taken = workloads.filter((workload) =>
        selects({ matchLabels: service.spec.selector }, templateOf(workload).metadata.labels),
      );
      expect(taken.map(({ metadata }) => metadata.name)).toEqual([service.metadata.name]);
    }
    for (const budget of of('PodDisruptionBudget')) {
      const taken = workloads.filter((workload) => selects(budget.spec.selector, templateOf(workload).metadata.labels));
      expect(taken.map(({ metadata }) => metadata.name)).toEqual([budget.metadata.name]);
    }
    for (const monitoring of of('PodMonitoring')) {
      const taken = workloads.filter((workload) =>
        selects(monitoring.spec.selector, templateOf(workload).metadata.labels),
      );
      expect(taken).toEqual(apis());
    }
  });

  it('has a disruption budget for every Deployment', () => {
    expect(
      of('PodDisruptionBudget')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(deployments.map(({ metadata }) => metadata.name).sort());
    for (const { spec } of of('PodDisruptionBudget')) expect(spec.maxUnavailable).toBe(1);
  });

  it('never has fewer pods while it is updated', () => {
    for (const { spec } of deployments) {
      expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    }
  });

  it('has ports that line up, from the container to the route', () => {
    const portsOf = (deployment: Manifest) =>
      containersOf(templateOf(deployment)).flatMap(({ ports = [] }) => ports) as {
        name: string;
        containerPort: number;
      }[];
    for (const deployment of deployments) {
      const [container] = templateOf(deployment).spec.containers;
      const port = container.env.find(({ name }: { name: string }) => name === 'PORT').value;
      expect(portsOf(deployment).map(({ containerPort }) => String(containerPort))).toEqual([port]);
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
        expect(portsOf(deployment).map(({ name }) => name)).toContain((probe.httpGet ?? probe.tcpSocket).port);
      }
    }
    for (const service of of('Service')) {
      const deployment = named('Deployment', service.metadata.name)!;
      const names = portsOf(deployment).map(({ name }) => name);
      for (const { targetPort } of service.spec.ports) expect(names).toContain(targetPort);
    }
    for (const route of of('HTTPRoute')) {
      for (const { backendRefs = [] } of route.spec.rules) {
        for (const { name, port } of backendRefs) {
          expect(named('Service', name)?.spec.ports.map((served: { port: number }) => served.port)).toContain(port);
        }
      }
    }
    const address = templateOf(named('Deployment', 'frontend')!).spec.containers[0].env.find(
      ({ name }: { name: string }) => name === 'API_ADDRESSES',
    ).value;
    const [host, port] = address.split(':');
    expect(named('Service', host)!.spec.ports[0].port).toBe(Number(port));
  });

  it('scales and routes only to what there is', () => {
    for (const autoscaler of of('HorizontalPodAutoscaler')) {
      const { kind, name } = autoscaler.spec.scaleTargetRef;
      const target = named(kind, name);
      expect(target).toBeDefined();
      // A count in the manifest would undo the autoscaler's at every apply.
      expect(target!.spec).not.toHaveProperty('replicas');
      expect(autoscaler.spec.minReplicas).toBeGreaterThanOrEqual(3);
    }
    for (const policy of [...of('GCPBackendPolicy'), ...of('HealthCheckPolicy')]) {
      const { kind, name } = policy.spec.targetRef;
      expect(named(kind, name), `${kind} ${name}`).toBeDefined();
    }
    for (const route of of('HTTPRoute')) {
      for (const { name, sectionName } of route.spec.parentRefs) {
        const listeners = named('Gateway', name)!.spec.listeners as { name: string }[];
        expect(listeners.map((listener) => listener.name)).toContain(sectionName);
      }
    }
  });

  it('has one health check and one backend policy for every Service that a route leads to', () => {
    const routed = of('HTTPRoute').flatMap(({ spec }) =>
      (spec.rules as { backendRefs?: { name: string }[] }[]).flatMap(({ backendRefs = [] }) =>
        backendRefs.map(({ name }) => name),
      ),
    );
    for (const kind of ['HealthCheckPolicy', 'GCPBackendPolicy']) {
      expect(
        of(kind)
          .map(({ spec }) => spec.targetRef.name as string)
          .sort(),
      ).toEqual([...new Set(routed)].sort());
    }
    for (const { spec } of of('HealthCheckPolicy')) {
      const [container] = templateOf(named('Deployment', spec.targetRef.name)!).spec.containers;
      expect(spec.default.config.httpHealthCheck.requestPath).toBe(container.readinessProbe.httpGet.path);
    }
  });

  it('routes no probe and no metric to the outside', () => {
    for (const route of of('HTTPRoute')) {
      const paths = (route.spec.rules as { matches?: { path: { value: string } }[] }[]).flatMap(({ matches = [] }) =>
        matches.map(({ path: { value } }) => value),
      );
      expect(paths.filter((value) => /^\/(livez|readyz|startupz|metrics|admin)/.test(value))).toEqual([]);
    }
  });

  // One machine has no zones.
  if (name !== 'overlay local') {
    it('is divided over zones, and over the machines in them', () => {
      for (const deployment of deployments) {
        const constraints = templateOf(deployment).spec.topologySpreadConstraints as Record<string, unknown>[];
        expect(constraints).toMatchObject([
          { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
          { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' },
        ]);
      }
    });
  }

  it('has network policies that take pods there are, on ports that they have', () => {
    const policies = of('NetworkPolicy');
    const labels = workloads.map((workload) => templateOf(workload).metadata.labels);
    for (const { metadata, spec } of policies) {
      expect(
        labels.some((pod) => selects(spec.podSelector, pod)),
        metadata.name,
      ).toBe(true);
      for (const { from = [], ports } of spec.ingress ?? []) {
        for (const { port } of ports) expect(port).toBe(8080);
        for (const { podSelector } of from) {
          if (podSelector)
            expect(
              labels.some((pod) => selects(podSelector, pod)),
              metadata.name,
            ).toBe(true);
        }
      }
    }
    if (policies.length === 0) return;
    const everyPod = policies.filter(({ spec }) => Object.keys(spec.podSelector).length === 0);
    const denied = everyPod.filter(({ spec }) => !spec.ingress && !spec.egress);
    expect(denied.map(({ spec }) => spec.policyTypes)).toEqual([['Ingress', 'Egress']]);
  });
});

describe.skipIf(MISSING_KUBECTL)('network policies, read as who may speak to whom', () => {
  let policies: Manifest[];
  beforeAll(async () => {
    policies = (await renderCombination(['network-policies'])).filter(({ kind }) => kind === 'NetworkPolicy');
  });

  const pod = (name: string) => ({ 'app.kubernetes.io/name': name });
  const mayCall = (from: string, to: string) => {
    const allows = (direction: 'ingress' | 'egress', of: string, peer: string) =>
      policies
        .filter(({ spec }) => selects(spec.podSelector, pod(of)))
        .flatMap(({ spec }) => spec[direction] ?? [])
        .flatMap((rule: Manifest) => rule[direction === 'ingress' ? 'from' : 'to'] as Manifest[])
        .some(({ podSelector, namespaceSelector }) => !namespaceSelector && selects(podSelector, pod(peer)));
    return allows('egress', from, to) && allows('ingress', to, from);
  };

  it('the page may call the api', () => expect(mayCall('frontend', 'api-service')).toBe(true));
  it('the api may not call the page', () => expect(mayCall('api-service', 'frontend')).toBe(false));
  it('nobody else may call the api', () => expect(mayCall('something', 'api-service')).toBe(false));
  it('what may be called, or may call, by addresses of IPv4 may by addresses of IPv6', () => {
    const rules = policies.flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])]);
    const public4 = /^(0\.0\.0\.0|130\.211\.|35\.191\.)/;
    for (const { from, to } of rules) {
      const ranges = ((from ?? to) as Manifest[]).flatMap(({ ipBlock }) => (ipBlock?.cidr as string | undefined) ?? []);
      if (ranges.some((range) => public4.test(range))) expect(ranges.some((range) => range.includes(':'))).toBe(true);
    }
  });
  it('the page may not call the internet, and the api only by TLS', () => {
    const toTheInternet = policies.flatMap(({ spec }) =>
      (spec.egress ?? [])
        .filter(({ to }: Manifest) => to.some(({ ipBlock }: Manifest) => ipBlock?.cidr === '0.0.0.0/0'))
        .map(({ ports }: Manifest) => ({ podSelector: spec.podSelector, ports })),
    );
    expect(toTheInternet).toHaveLength(1);
    expect(selects(toTheInternet[0].podSelector, pod('frontend'))).toBe(false);
    expect(toTheInternet[0].ports).toEqual([{ protocol: 'TCP', port: 443 }]);
  });
});

it.skipIf(MISSING_KUBECTL)('the data job has as many indices as its program divides the work by', async () => {
  const job = (await renderCombination(['dataset-job'])).find(({ kind }) => kind === 'Job')!;
  const { args } = templateOf(job).spec.containers[0];
  expect(job.spec.completionMode).toBe('Indexed');
  expect(args[args.indexOf('--of') + 1]).toBe(String(job.spec.completions));
});

describe.skipIf(MISSING_KUBECTL)('the canary, with its models from a bucket', () => {
  it('runs nothing of the image that it is compared with, not even to fetch models', async () => {
    const objects = await renderCombination(['gateway', 'canary', 'model-from-bucket']);
    const imagesOf = (name: string) => {
      const { template } = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)!.spec;
      return [...template.spec.initContainers, ...template.spec.containers].map(
        ({ image }: { image: string }) => image,
      );
    };
    expect(imagesOf('api-service-canary')).toEqual(['api-service-canary', 'api-service-canary']);
    expect(imagesOf('api-service')).toEqual(['api-service', 'api-service']);
  });
});

describe.skipIf(MISSING_KUBECTL)('production', () => {
  it('names every image by digest, under the name that the deployment sets', async () => {
    const rendered = await renderOverlay('production');
    const images = rendered
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap((deployment) => containersOf(templateOf(deployment)).map(({ image }) => image as string));
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/^(api-service|frontend)@sha256:[0-9a-f]{64}$/);
  });
});

it('every component says in its README what it is for, and is one that the tests know', async () => {
  const folders = await readdir(fileURLToPath(new URL('../../k8s/components', import.meta.url)));
  expect(folders.sort()).toEqual([...COMPONENTS].sort());
  for (const folder of folders) {
    const readme = readFileSync(path.join(manifests, 'components', folder, 'README.md'), 'utf8');
    expect(readme).toContain(`# ${folder}`);
  }
});
