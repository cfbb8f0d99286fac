import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../api-service/src/config.ts';
import { repository } from '../service-process.ts';

interface Service {
  image: string;
  build?: { dockerfile: string; target?: string; args: Record<string, string> };
  profiles?: string[];
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: unknown;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  stop_grace_period?: string;
}

const compose = parse(readFileSync(path.join(repository, 'docker-compose.yml'), 'utf8')) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const services = Object.entries(compose.services);
const dockerfileOf = ({ build }: Service) => readFileSync(path.join(repository, build!.dockerfile), 'utf8');
/** The value where the environment says nothing. */
const byDefault = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

it('page and service start without a profile, Prometheus and Grafana only with theirs', () => {
  const withoutProfile = services.filter(([, { profiles }]) => !profiles).map(([name]) => name);
  expect(withoutProfile).toEqual(['api-service', 'frontend']);
  const observing = services.filter(([, { profiles }]) => profiles?.includes('observability')).map(([name]) => name);
  expect(observing).toEqual(['prometheus', 'grafana']);
});

it.each(services)(
  '%s gains no rights, has none it does not need, and takes no memory beyond its limit',
  (_name, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
  },
);

it.each(services)(
  '%s has a health check of its own or of its image, and waits for the health of what it needs',
  (_name, service) => {
    expect(service.healthcheck !== undefined || /^HEALTHCHECK /m.test(dockerfileOf(service))).toBe(true);
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(compose.services).toHaveProperty(needed);
      expect(condition).toBe('service_healthy');
    }
  },
);

it.each(services.filter(([, { build }]) => build))(
  '%s is built with arguments and a target that its Dockerfile has',
  (_name, service) => {
    const dockerfile = dockerfileOf(service);
    for (const [arg, value] of Object.entries(service.build!.args)) {
      expect(dockerfile).toMatch(new RegExp(`^ARG ${arg}(=|$)`, 'm'));
      // One default, wherever it is written.
      const written = new RegExp(`^ARG ${arg}=(.*)$`, 'm').exec(dockerfile)?.[1];
      if (arg !== 'REVISION') expect(byDefault(value)).toBe(written);
    }
    const target = service.build!.target;
    if (target) expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${byDefault(target)}$`, 'm'));
  },
);

it('every folder that is mounted is there, and every volume declared', () => {
  for (const mount of services.flatMap(([, { volumes = [] }]) => volumes)) {
    const [source, target] = mount.split(':') as [string, string?];
    if (source.startsWith('./')) expect(existsSync(path.join(repository, source)), source).toBe(true);
    else if (target) expect(compose.volumes).toHaveProperty(source);
  }
});

it('the service has time to drain before it is killed', () => {
  const { DRAIN_DELAY_MS, DRAIN_TIMEOUT_MS } = readConfig({});
  const grace = Number(/^(\d+)s$/.exec(compose.services['api-service']!.stop_grace_period!)![1]);
  expect(grace * 1000).toBeGreaterThan(DRAIN_DELAY_MS + DRAIN_TIMEOUT_MS);
});

it('only the page is reached from other machines', () => {
  const open = services.filter(([, { ports = [] }]) => ports.some((port) => !port.startsWith('127.0.0.1:')));
  expect(open.map(([name]) => name)).toEqual(['frontend']);
});
