export type JsonSchema = { [keyword: string]: unknown };

/**
 * The schema, taking only the properties that it names. OpenAPI lets every other one through, so that a misspelt field
 * would pass for one that is not there; an API server with strict field validation refuses it.
 *
 * What stands in allOf, anyOf, oneOf and not is left as it is: by Kubernetes's rules it says more of properties that are
 * named beside it, and names none itself.
 */
export function strict(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  const isOpen = additionalProperties !== undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...schema,
    ...(isSchema(properties) && { properties: eachStrict(properties) }),
    ...(isSchema(items) && { items: strict(items) }),
    ...(isSchema(additionalProperties) && { additionalProperties: strict(additionalProperties) }),
    ...(isSchema(properties) && !isOpen && { additionalProperties: false }),
  };
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

const eachStrict = (properties: JsonSchema) =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isSchema(value) ? strict(value) : value]),
  );
