import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesAmong, Cloud, hasAnsible, type Run } from './cloud.ts';

const MINUTES = 60_000;

it('finds Ansible where CI runs', () => {
  if (process.env.CI) expect(hasAnsible, 'run `node scripts/python-tools.js`').toBe(true);
});

const position = (commands: string[], start: string) => {
  const index = commands.findIndex((command) => command.startsWith(start));
  expect(index, start).toBeGreaterThanOrEqual(0);
  return index;
};

describe.skipIf(!hasAnsible)('from an empty project to a running service and back to nothing', () => {
  const clouds: Cloud[] = [];
  /** A project of a test's own, as far as another has been brought. */
  const own = (cloud: Cloud) => {
    const copy = cloud.copy();
    clouds.push(copy);
    return copy;
  };
  let empty: Cloud;
  let setUp: Cloud;
  let deployed: Cloud;
  let first: Run;
  let build: Run;
  let deploy: Run;

  beforeAll(async () => {
    empty = Cloud.empty();
    setUp = empty.copy();
    first = await setUp.play('set-up');
    deployed = setUp.copy();
    build = await deployed.play('build');
    deploy = await deployed.play('deploy');
    clouds.push(empty, setUp, deployed);
  }, 15 * MINUTES);

  afterAll(() => clouds.forEach((cloud) => cloud.remove()));

  describe('set-up', () => {
    it('makes everything that a release needs', () => {
      expect(first.code, first.output).toBe(0);
      expect(setUp.contents).toEqual([
        'artifacts repositories mushroom',
        'certificate-manager certificates mushroom-identifier',
        'certificate-manager maps entries mushroom-identifier',
        'certificate-manager maps mushroom-identifier',
        'compute addresses mushroom-identifier',
        'compute networks mushroom',
        'compute networks subnets mushroom',
        'compute security-policies mushroom-identifier',
        'compute security-policies rules 1000',
        'container clusters mushroom',
        'iam service-accounts mushroom-deployer@mushroom-test.iam.gserviceaccount.com',
        'iam service-accounts mushroom-nodes@mushroom-test.iam.gserviceaccount.com',
        'iam workload-identity-pools github',
        'iam workload-identity-pools providers github',
        'storage buckets gs://mushroom-test-mushroom-data',
        'storage buckets gs://mushroom-test-mushroom-models',
        'storage buckets gs://mushroom-test-mushroom-photos',
      ]);
    });

    it('makes each thing after what it needs', () => {
      const changes = changesAmong(first.commands);
      expect(position(changes, 'gcloud services enable')).toBe(0);
      for (const [earlier, later] of [
        ['gcloud compute networks create', 'gcloud compute networks subnets create'],
        ['gcloud compute networks subnets create', 'gcloud container clusters create-auto'],
        ['gcloud iam service-accounts create mushroom-nodes', 'gcloud container clusters create-auto'],
        ['gcloud iam workload-identity-pools create', 'gcloud iam workload-identity-pools providers create-oidc'],
        [
          'gcloud container clusters create-auto',
          'gcloud storage buckets add-iam-policy-binding gs://mushroom-test-mushroom-photos',
        ],
        ['gcloud certificate-manager maps create', 'gcloud certificate-manager maps entries create'],
      ] as const) {
        expect(position(changes, earlier), `${earlier} before ${later}`).toBeLessThan(position(changes, later));
      }
    });

    it('counts as changed exactly the commands that changed something', () => {
      expect(first.changed).toBe(changesAmong(first.commands).length);
    });

    it('closes every bucket to the public and gives deleted things back for a week', () => {
      for (const [name, { settings }] of Object.entries(setUp.state.resources)) {
        if (!name.startsWith('storage buckets')) continue;
        expect(settings, name).toMatchObject({
          public_access_prevention: 'enforced',
          uniform_bucket_level_access: true,
          soft_delete_policy: { retentionDurationSeconds: '604800' },
          lifecycle_config: { rule: [expect.any(Object)] },
        });
      }
    });

    it('makes no key', () => {
      expect(first.commands.filter((command) => /\bkeys\b|private-key|\.json\b.*key/.test(command))).toEqual([]);
    });

    it('lets a job of GitHub deploy from one repository and one environment only', () => {
      const deployer =
        setUp.state.resources['iam service-accounts mushroom-deployer@mushroom-test.iam.gserviceaccount.com']!;
      expect(deployer.policy).toEqual([
        {
          role: 'roles/iam.workloadIdentityUser',
          member:
            'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/github/subject/repo:example/mushroom-identifier:environment:staging',
        },
      ]);
    });

    it('gives pods their rights by their Kubernetes service account', () => {
      expect(setUp.state.resources['storage buckets gs://mushroom-test-mushroom-models']!.policy).toContainEqual({
        role: 'roles/storage.objectViewer',
        member:
          'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/mushroom-test.svc.id.goog/subject/ns/mushroom-identifier/sa/api-service',
      });
    });

    it('says which address the host name has to point at', () => {
      expect(first.output).toContain('Point an A record of mushroom.example.org at 203.0.113.7.');
    });

    it('changes nothing the second time', { timeout: 10 * MINUTES }, async () => {
      const cloud = own(setUp);
      const second = await cloud.play('set-up');
      expect(second.code, second.output).toBe(0);
      expect(second.changed).toBe(0);
      expect(changesAmong(second.commands)).toEqual([]);
    });

    it('only says what it would do with --check, on an empty project', { timeout: 10 * MINUTES }, async () => {
      const cloud = own(empty);
      const check = await cloud.play('set-up', '--check');
      expect(check.code, check.output).toBe(0);
      expect(changesAmong(check.commands)).toEqual([]);
      expect(cloud.contents).toEqual([]);
      for (const change of changesAmong(first.commands)) {
        if (!change.startsWith('gcloud storage buckets update') && !/set-cleanup-policies/.test(change)) {
          expect(check.output.replaceAll(/\s+/g, ' ')).toContain(change);
        }
      }
    });

    it('sets back what somebody changed by hand', { timeout: 10 * MINUTES }, async () => {
      const cloud = own(setUp);
      cloud.change(({ resources }) => {
        resources['storage buckets gs://mushroom-test-mushroom-photos']!.settings.public_access_prevention =
          'inherited';
      });
      const repair = await cloud.play('set-up');
      expect(repair.changed).toBe(1);
      expect(changesAmong(repair.commands)).toEqual([
        expect.stringMatching(
          /^gcloud storage buckets update gs:\/\/mushroom-test-mushroom-photos --public-access-prevention/,
        ),
      ]);
    });

    it('goes on where it was interrupted', { timeout: 10 * MINUTES }, async () => {
      const cloud = own(empty);
      cloud.change(({ faults }) =>
        faults.push({ command: 'gcloud container clusters create', says: 'INTERNAL: try again' }),
      );
      const interrupted = await cloud.play('set-up');
      expect(interrupted.code).not.toBe(0);
      expect(interrupted.output).toContain('INTERNAL: try again');
      cloud.change((state) => {
        state.faults = [];
      });
      const rest = await cloud.play('set-up');
      expect(rest.code, rest.output).toBe(0);
      expect(cloud.contents).toEqual(setUp.contents);
      expect(rest.commands.filter((command) => command.startsWith('gcloud compute networks create'))).toEqual([]);
    });

    it('takes "permission denied" for an error, not for absence', { timeout: 10 * MINUTES }, async () => {
      const cloud = own(setUp);
      const says = 'PERMISSION_DENIED: Required compute.networks.get permission';
      cloud.change(({ faults }) => faults.push({ command: 'gcloud compute networks describe', says }));
      const run = await cloud.play('set-up');
      expect(run.code).not.toBe(0);
      expect(run.output).toContain(says);
      expect(changesAmong(run.commands)).toEqual([]);
    });

    it.each([
      ['no project', '', 'Set mushroom_project to the id of an existing Google Cloud project'],
      ['a project that can not be read', 'another-project', 'The project another-project can not be read'],
    ])('says what to do where it is given %s', { timeout: 10 * MINUTES }, async (_, project, sentence) => {
      const run = await own(empty).play('set-up', '-e', `mushroom_project=${project}`);
      expect(run.code).not.toBe(0);
      expect(run.output.replaceAll(/\s+/g, ' ')).toContain(sentence);
      expect(changesAmong(run.commands)).toEqual([]);
    });
  });

  describe('build', () => {
    it('pushes both images with provenance and SBOM, under their revision', () => {
      expect(build.code, build.output).toBe(0);
      const builds = changesAmong(build.commands);
      expect(builds).toHaveLength(2);
      for (const [index, image] of ['api-service', 'frontend'].entries()) {
        expect(builds[index]).toContain(`/${image}/Dockerfile`);
        expect(builds[index]).toContain(
          `--tag=us-central1-docker.pkg.dev/mushroom-test/mushroom/${image}:${'a'.repeat(40)}`,
        );
        expect(builds[index]).toMatch(/--provenance=mode=max --sbom=true --push/);
      }
    });

    it('builds nothing the second time', { timeout: 5 * MINUTES }, async () => {
      const again = await own(deployed).play('build');
      expect([again.code, again.changed, changesAmong(again.commands)]).toEqual([0, 0, []]);
    });

    it('builds nothing with --check', { timeout: 5 * MINUTES }, async () => {
      const check = await own(setUp).play('build', '--check');
      expect([check.code, check.changed, changesAmong(check.commands)]).toEqual([0, 2, []]);
    });

    it('refuses files that no revision has', { timeout: 5 * MINUTES }, async () => {
      const cloud = own(setUp);
      cloud.change((state) => {
        state.differences = ' M api-service/src/main.ts\n';
      });
      const run = await cloud.play('build');
      expect(run.code).not.toBe(0);
      expect(run.output).toContain('Images are named by their revision');
      expect(changesAmong(run.commands)).toEqual([]);
    });
  });

  describe('deploy', () => {
    const bad = 'b'.repeat(40);
    /** The project with a second revision built and the first one running. */
    const withSecondRevision = async () => {
      const cloud = own(deployed);
      cloud.change((state) => {
        state.head = bad;
      });
      expect((await cloud.play('build')).code).toBe(0);
      return cloud;
    };

    it('applies the overlay with both images by digest and waits for each Deployment', () => {
      expect(deploy.code, deploy.output).toBe(0);
      expect(changesAmong(deploy.commands)).toEqual([
        expect.stringMatching(
          /^kubectl apply --server-side --force-conflicts --field-manager=mushroom-deploy --kustomize /,
        ),
      ]);
      expect(Object.keys(deployed.state.deployments)).toEqual(['api-service', 'frontend']);
      for (const name of ['api-service', 'frontend']) {
        expect(deploy.commands).toContain(
          `kubectl --namespace=mushroom-identifier rollout status deployment/${name} --timeout=10m`,
        );
      }
    });

    it('changes nothing the second time', { timeout: 5 * MINUTES }, async () => {
      const again = await own(deployed).play('deploy');
      expect([again.code, again.changed, changesAmong(again.commands)]).toEqual([0, 0, []]);
    });

    it('shows the difference with --check', { timeout: 10 * MINUTES }, async () => {
      const cloud = await withSecondRevision();
      const check = await cloud.play('deploy', '--check');
      expect([check.code, check.changed, changesAmong(check.commands)]).toEqual([0, 1, []]);
      expect(check.output).toContain('+  image: after');
    });

    it('refuses a revision that was not built', { timeout: 5 * MINUTES }, async () => {
      const run = await own(deployed).play('deploy', '-e', `mushroom_revision=${'c'.repeat(40)}`);
      expect(run.code).not.toBe(0);
      expect(run.output.replaceAll(/\s+/g, ' ')).toContain('run build first');
      expect(changesAmong(run.commands)).toEqual([]);
    });

    it('says where there is no cluster yet', { timeout: 5 * MINUTES }, async () => {
      const run = await own(empty).play('deploy');
      expect(run.code).not.toBe(0);
      expect(run.output).toContain('run set-up first');
    });

    it('goes back by itself where the new pods do not get ready', { timeout: 10 * MINUTES }, async () => {
      const cloud = await withSecondRevision();
      cloud.change(({ faults }) =>
        faults.push({
          command: 'kubectl --namespace=mushroom-identifier rollout status deployment/frontend',
          says: 'timed out waiting for the condition',
        }),
      );
      const run = await cloud.play('deploy');
      expect(run.code).not.toBe(0);
      expect(run.output).toContain('did not get ready within 10m');
      const { deployments } = cloud.state;
      expect(Object.values(deployments).map(({ revisions }) => revisions.at(-1))).toEqual([
        'a'.repeat(40),
        'a'.repeat(40),
      ]);
    });

    it('is rolled back by naming the bad revision, once', { timeout: 15 * MINUTES }, async () => {
      const cloud = await withSecondRevision();
      expect((await cloud.play('deploy')).code).toBe(0);
      const check = await cloud.play('roll-back', '-e', `release_bad=${bad}`, '--check');
      expect([check.code, check.changed, changesAmong(check.commands)]).toEqual([0, 1, []]);
      const back = await cloud.play('roll-back', '-e', `release_bad=${bad}`);
      expect(back.code, back.output).toBe(0);
      expect(changesAmong(back.commands)).toEqual([
        'kubectl --namespace=mushroom-identifier rollout undo deployment/api-service',
        'kubectl --namespace=mushroom-identifier rollout undo deployment/frontend',
      ]);
      const again = await cloud.play('roll-back', '-e', `release_bad=${bad}`);
      expect([again.code, again.changed, changesAmong(again.commands)]).toEqual([0, 0, []]);
    });

    it('is not rolled back without being told which revision is bad', { timeout: 5 * MINUTES }, async () => {
      const run = await own(deployed).play('roll-back');
      expect(run.code).not.toBe(0);
      expect(run.output).toContain('Say which revision to leave');
    });
  });

  describe('status', () => {
    it('reads only, whether or not anything is there', { timeout: 10 * MINUTES }, async () => {
      for (const cloud of [own(empty), own(deployed)]) {
        const run = await cloud.play('status');
        expect([run.code, run.changed, changesAmong(run.commands)]).toEqual([0, 0, []]);
      }
    });
  });

  describe('tear-down', () => {
    const meant = ['-e', 'tear_down_project=mushroom-test'];

    it('does nothing unless the project is named again', { timeout: 5 * MINUTES }, async () => {
      const run = await own(deployed).play('tear-down');
      expect(run.code).not.toBe(0);
      expect(run.output.replaceAll(/\s+/g, ' ')).toContain('-e tear_down_project=mushroom-test');
      expect(run.commands).toEqual([]);
    });

    it('changes nothing with --check, and names everything that would go', { timeout: 10 * MINUTES }, async () => {
      const cloud = own(deployed);
      const before = cloud.contents;
      const check = await cloud.play('tear-down', '--check', ...meant, '-e', 'tear_down_data=true');
      expect(check.code, check.output).toBe(0);
      expect(changesAmong(check.commands)).toEqual([]);
      expect(cloud.contents).toEqual(before);
      for (const name of before.filter((name) => !name.startsWith('images '))) {
        expect(check.output).toContain(name.split(' ').at(-1));
      }
    });

    it(
      'removes all that set-up made, the last thing first, and keeps the buckets',
      { timeout: 10 * MINUTES },
      async () => {
        const cloud = own(deployed);
        const run = await cloud.play('tear-down', ...meant);
        expect(run.code, run.output).toBe(0);
        expect(cloud.contents).toEqual([
          'storage buckets gs://mushroom-test-mushroom-data',
          'storage buckets gs://mushroom-test-mushroom-models',
          'storage buckets gs://mushroom-test-mushroom-photos',
        ]);
        expect(cloud.state.resources['projects mushroom-test']!.policy).toEqual([]);
        const changes = changesAmong(run.commands);
        expect(position(changes, 'kubectl delete namespace')).toBe(0);
        expect(position(changes, 'gcloud container clusters delete')).toBeLessThan(
          position(changes, 'gcloud compute networks subnets delete'),
        );
        expect(run.output).toContain('Buckets: mushroom-test-mushroom-models');
      },
    );

    it(
      'removes the buckets too where that is asked for, nothing the second time, and can be undone',
      { timeout: 20 * MINUTES },
      async () => {
        const cloud = own(deployed);
        const all = [...meant, '-e', 'tear_down_data=true'];
        expect((await cloud.play('tear-down', ...all)).code).toBe(0);
        expect(cloud.contents).toEqual([]);
        const again = await cloud.play('tear-down', ...all);
        expect([again.code, again.changed, changesAmong(again.commands)]).toEqual([0, 0, []]);
        // The pool and its provider are still there, as deleted ones, and are brought back.
        const back = await cloud.play('set-up');
        expect(back.code, back.output).toBe(0);
        expect(cloud.contents).toEqual(setUp.contents);
        expect(position(back.commands, 'gcloud iam workload-identity-pools undelete')).toBeGreaterThan(0);
      },
    );
  });
});
