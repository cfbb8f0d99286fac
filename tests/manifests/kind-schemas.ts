import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { declaredSchema } from './declared-schema.ts';
import { folderOf, type GoModule } from './go-module.ts';
import type { Manifest } from './kustomize.ts';
import { strict, type JsonSchema } from './strict-schema.ts';

/** Kubernetes itself: its OpenAPI documents, a file each group and version. */
const KUBERNETES: GoModule = {
  path: 'k8s.io/kubernetes',
  version: 'v1.35.4',
  sum: 'h1:o/8dBC/pHVpYoGV4OAIytAlNPZbdYVTXJHoYvXC4qzM=',
};

/** Projects that publish their CustomResourceDefinitions, and the files of those that the manifests use. */
const DEFINITIONS: (GoModule & { files: string[] })[] = [
  {
    path: 'sigs.k8s.io/gateway-api',
    version: 'v1.4.0',
    sum: 'h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=',
    files: ['gateways', 'httproutes'].map((kind) => `config/crd/standard/gateway.networking.k8s.io_${kind}.yaml`),
  },
  {
    path: 'github.com/kserve/kserve',
    version: 'v0.15.2',
    sum: 'h1:uph7Umk331fvBMrHHpTJNDt6+lf3IAuyiskaQw8wIAk=',
    files: ['config/crd/full/serving.kserve.io_inferenceservices.yaml'],
  },
  {
    path: 'github.com/GoogleCloudPlatform/prometheus-engine',
    version: 'v0.8.0',
    sum: 'h1:LO2XpGhfVWq7EIzu0L7SaGdTcvw1a1RwcfjieCjxeA8=',
    files: ['podmonitorings', 'rules'].map((kind) => `cmd/operator/deploy/crds/monitoring.googleapis.com_${kind}.yaml`),
  },
];

/** GKE's policies, whose definitions come with the cluster: what is published of them is their declarations in TypeScript. */
const DECLARED = {
  package: '@kubernetes-models/gke',
  group: 'networking.gke.io',
  version: 'v1',
  kinds: { HealthCheckPolicy: 'healthcheckpolicies', GCPBackendPolicy: 'gcpbackendpolicies' },
};

/** A CustomResourceDefinition, as far as it is read here. */
export interface Definition extends Manifest {
  spec: {
    group: string;
    names: { kind: string; plural: string };
    versions: { name: string; schema: { openAPIV3Schema: JsonSchema } }[];
  };
}

/** The definitions of every kind that is not Kubernetes's own, as a cluster takes them. */
export async function definitions(): Promise<Definition[]> {
  const published = DEFINITIONS.map(async ({ files, ...module }) => {
    const folder = await folderOf(module);
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Definition));
  });
  return [...(await Promise.all(published)).flat(), ...declaredDefinitions()];
}

function declaredDefinitions(): Definition[] {
  const { group, version, kinds } = DECLARED;
  const entry = createRequire(import.meta.url).resolve(DECLARED.package);
  return Object.entries(kinds).map(([kind, plural]) => {
    const file = path.join(path.dirname(entry), group, version, `${kind}.d.ts`);
    const schema = declaredSchema(file, `I${kind}`);
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    };
  });
}

interface OpenApi {
  components: { schemas: Record<string, JsonSchema> };
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Checks manifests against the schemas of their kinds, strictly: a field that the schema does not name is an error. */
export class KindSchemas {
  private constructor(
    private readonly ajv: Ajv,
    private readonly locations: Map<string, string>,
  ) {}

  static async load(): Promise<KindSchemas> {
    // Schemas of others: what they hold beside JSON Schema (x-kubernetes-…, formats such as int32) is passed over.
    const ajv = new Ajv({ strict: false, validateSchema: false, validateFormats: false, allErrors: true });
    const locations = new Map<string, string>();

    const folder = path.join(await folderOf(KUBERNETES), 'api/openapi-spec/v3');
    let metadata: JsonSchema = {};
    for (const file of (await readdir(folder)).filter((name) => /__v\d+_openapi\.json$/.test(name))) {
      const document = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as OpenApi;
      const { schemas } = document.components;
      const id = `schema://kubernetes/${file}`;
      ajv.addSchema({ $id: id, components: { schemas: Object.fromEntries(entriesStrict(schemas)) } });
      metadata = { $ref: `${id}#/components/schemas/${OBJECT_META}` };
      for (const [name, schema] of Object.entries(schemas)) {
        for (const { group, version, kind } of kindsOf(schema)) {
          const apiVersion = group ? `${group}/${version}` : version;
          // Some, such as DeleteOptions, are in every document; the first is as good as any.
          const key = `${apiVersion} ${kind}`;
          if (!locations.has(key)) locations.set(key, `${id}#/components/schemas/${name}`);
        }
      }
    }

    for (const { spec } of await definitions()) {
      for (const { name: version, schema } of spec.versions) {
        const key = `${spec.group}/${version} ${spec.names.kind}`;
        const { properties, ...rest } = schema.openAPIV3Schema;
        // A definition leaves the metadata to the server.
        const id = `schema://definitions/${spec.group}/${version}/${spec.names.kind}`;
        ajv.addSchema({ ...strict({ ...rest, properties: { ...(properties as object), metadata } }), $id: id });
        locations.set(key, id);
      }
    }
    return new KindSchemas(ajv, locations);
  }

  /** What is wrong with a manifest, a sentence each; empty where nothing is. */
  objectionsTo(manifest: Manifest): string[] {
    const key = `${manifest.apiVersion} ${manifest.kind}`;
    const location = this.locations.get(key);
    if (!location) return [`There is no schema for ${key}.`];
    const validate = this.ajv.getSchema(location)!;
    if (validate(manifest as unknown)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const what = (params as { additionalProperty?: string }).additionalProperty;
      return `${key} ${manifest.metadata.name}${instancePath} ${message}${what ? `: ${what}` : ''}`;
    });
  }
}

const entriesStrict = (schemas: Record<string, JsonSchema>) =>
  Object.entries(schemas).map(([name, schema]) => [name, strict(schema)] as const);

function kindsOf(schema: JsonSchema): { group: string; version: string; kind: string }[] {
  return (schema['x-kubernetes-group-version-kind'] as ReturnType<typeof kindsOf>) ?? [];
}
