import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** What these tests read of an OpenAPI 3.1 document. */
export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
}

/** Tells whether an answer is what the document promises for its operation, status and media type. */
export class Contract {
  // OpenAPI adds words of its own to JSON Schema 2020-12.
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(private readonly document: OpenApiDocument) {
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'openapi');
  }

  /**
   * @param method in lower case
   * @param template the path as in the document, such as `/api/v1/species/{slug}`
   * @returns what is wrong, one sentence a fault; empty where the answer keeps the contract.
   */
  async faultsOf(method: string, template: string, answer: Response): Promise<string[]> {
    const operation = this.document.paths[template]?.[method];
    if (!operation) return [`${method} ${template} is not in the document`];
    const promised = operation.responses[answer.status];
    if (!promised) return [`${method} ${template}: status ${answer.status} is not in the document`];
    const type = (answer.headers.get('content-type') ?? '').split(';')[0]!;
    if (!promised.content?.[type]) return [`${method} ${template}, ${answer.status}: ${type} is not in the document`];
    const pointer = ['paths', template, method, 'responses', String(answer.status), 'content', type, 'schema'];
    const matches = this.ajv.getSchema(`openapi#/${pointer.map(escaped).join('/')}`);
    if (!matches) return [`${method} ${template}, ${answer.status}: ${type} has no schema`];
    void matches(await answer.clone().json());
    return (matches.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
  }
}

/** A JSON pointer's token, in a URL's fragment. */
function escaped(token: string): string {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
}
