import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { JsonSchema } from './strict-schema.ts';

/**
 * The schema of an interface in a TypeScript declaration file. Knows what the packages of kubernetes-models write:
 * objects, arrays, strings, numbers, booleans, and choices of texts.
 * @throws Error where the interface or one of its types is none that it knows.
 */
export function declaredSchema(file: string, name: string): JsonSchema {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const declared = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!declared || !ts.isInterfaceDeclaration(declared)) throw new Error(`${file} declares no interface ${name}`);
  return objectSchema(declared.members);
}

function objectSchema(members: ts.NodeArray<ts.TypeElement>): JsonSchema {
  const properties = members.filter(ts.isPropertySignature);
  const nameOf = ({ name }: ts.PropertySignature) => (ts.isStringLiteral(name) ? name.text : name.getText());
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map((property) => [nameOf(property), schemaOf(property.type!)])),
    required: properties.filter(({ questionToken }) => !questionToken).map(nameOf),
  };
}

function schemaOf(type: ts.TypeNode): JsonSchema {
  if (ts.isTypeLiteralNode(type)) return objectSchema(type.members);
  if (ts.isUnionTypeNode(type)) return { type: 'string', enum: type.types.map((choice) => literal(choice)) };
  if (ts.isLiteralTypeNode(type)) return { type: 'string', enum: [literal(type)] };
  if (ts.isTypeReferenceNode(type)) {
    const [argument] = type.typeArguments ?? [];
    if (type.typeName.getText() === 'Array' && argument) return { type: 'array', items: schemaOf(argument) };
    if (type.typeName.getText() === 'IObjectMeta') return { type: 'object' };
  }
  const primitive = type.getText();
  if (primitive === 'number') return { type: 'number' };
  if (primitive === 'boolean' || primitive === 'string') return { type: primitive };
  throw new Error(`${type.getSourceFile().fileName}: no schema is known for "${primitive}"`);
}

function literal(type: ts.TypeNode): string {
  if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return type.literal.text;
  throw new Error(`${type.getSourceFile().fileName}: "${type.getText()}" is no literal`);
}
