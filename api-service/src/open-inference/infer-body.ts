import { checked, Problem } from '../problems.ts';
import {
  inferMessageSchema,
  type InferAnswer,
  type InferRequest,
  type InferResponse,
  type OutputTensor,
} from './open-inference.schema.ts';

/** The header that tells how many bytes of a body are its JSON. Without it, all are. */
export const HEADER_LENGTH = 'Inference-Header-Content-Length';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function malformed(detail: string): Problem {
  return new Problem('malformed_tensor', { detail });
}

function jsonFrom(bytes: Buffer): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch (cause) {
    const detail = `The body is not JSON, or tensors follow it and ${HEADER_LENGTH} does not say where.`;
    throw new Problem('malformed_request', { detail }, { cause });
  }
}

/**
 * A request as its body has it: JSON, and behind it the tensors that the JSON does not hold, in the order of the inputs
 * (Triton's binary tensor data extension).
 * @param headerLength what the header of that name says.
 * @throws Problem malformed_request, invalid_field; malformed_tensor where the lengths do not fit together.
 */
export function inferRequestFrom(body: Buffer, headerLength?: string): InferRequest {
  const length = headerLength === undefined ? body.length : Number(/^\d{1,9}$/.exec(headerLength)?.[0]);
  if (!(length <= body.length)) throw malformed(`${HEADER_LENGTH} is no number up to the body's ${body.length} bytes.`);
  const message = checked(inferMessageSchema, jsonFrom(body.subarray(0, length)), 'invalid_field');
  let at = length;
  const inputs = message.inputs.map(({ parameters, data, ...tensor }) => {
    const size = parameters?.binary_data_size;
    if ((data === undefined) === (size === undefined)) {
      throw new Problem('invalid_field', { detail: 'An input has either "data" or the parameter "binary_data_size".' });
    }
    if (data) return { ...tensor, data };
    const end = at + size!;
    if (end > body.length) throw malformed(`An input has ${size} bytes, but ${body.length - at} are left of the body.`);
    const bytes = body.subarray(at, end);
    at = end;
    return { ...tensor, data: bytes };
  });
  if (at !== body.length) throw malformed(`Behind the inputs ${body.length - at} bytes are left of the body.`);
  return { ...message, inputs };
}

function bytesOf({ datatype, data }: OutputTensor): Buffer {
  if (datatype === 'FP32') return Buffer.from(Float32Array.from(data).buffer);
  const elements = data.flatMap((text) => {
    const element = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(element.length);
    return [length, element];
  });
  return Buffer.concat(elements);
}

/**
 * The body of an answer: each output in the JSON or behind it, as the request wants.
 * @returns the body, and the bytes of its JSON where more follows.
 */
export function inferBody(
  answer: InferResponse,
  { outputs: requested, parameters }: Pick<InferRequest, 'outputs' | 'parameters'>,
): { body: Buffer; headerLength?: number } {
  const behind: Buffer[] = [];
  const outputs = answer.outputs.map((output, index): InferAnswer['outputs'][number] => {
    const binary = requested?.[index]?.parameters?.binary_data ?? parameters?.binary_data_output ?? false;
    if (!binary) return output;
    const { data: _data, ...head } = output;
    const bytes = bytesOf(output);
    behind.push(bytes);
    return { ...head, parameters: { binary_data_size: bytes.length } };
  });
  const json = Buffer.from(JSON.stringify({ ...answer, outputs } satisfies InferAnswer));
  return behind.length === 0 ? { body: json } : { body: Buffer.concat([json, ...behind]), headerLength: json.length };
}
