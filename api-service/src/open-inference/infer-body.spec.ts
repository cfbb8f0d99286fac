import { describe, expect, it } from 'vitest';
import { inferBody, inferRequestFrom } from './infer-body.ts';
import type { InferResponse } from './open-inference.schema.ts';

const image = { name: 'image', shape: [1], datatype: 'BYTES' };
const pixels = { name: 'pixels', shape: [1, 1, 1, 3], datatype: 'UINT8' };
const sized = (input: object, size: unknown) => ({ ...input, parameters: { binary_data_size: size } });

/** A body, and what the header says of it where nothing is said about that. */
function coded(message: object, ...tensors: Buffer[]): [Buffer, string] {
  const json = Buffer.from(JSON.stringify(message));
  return [Buffer.concat([json, ...tensors]), String(json.length)];
}

describe('a request', () => {
  it('of JSON alone is read with and without the header', () => {
    const message = { id: 'é', inputs: [{ ...image, data: ['QQ=='] }], outputs: [{ name: 'logits' }] };
    const [body, length] = coded(message);
    expect(inferRequestFrom(body)).toEqual(message);
    expect(inferRequestFrom(body, length)).toEqual(message);
  });

  it('gets the bytes behind its JSON, as they are written in the format', () => {
    // The length of the element, little-endian, and the element.
    const bytes = Buffer.from([3, 0, 0, 0, 0xff, 0xd8, 0xff]);
    const { inputs } = inferRequestFrom(...coded({ inputs: [sized(image, 7)] }, bytes));
    expect(inputs).toEqual([{ ...image, data: bytes }]);
  });

  it('keeps parameters that mean something elsewhere', () => {
    const parameters = { timeout: 1000, sequence_id: 'a', binary_data_output: true };
    const message = { parameters, inputs: [{ ...image, parameters: { shared: false }, data: ['QQ=='] }] };
    expect(inferRequestFrom(...coded(message)).parameters).toEqual(parameters);
  });

  it('of no bytes behind the JSON is read, too', () => {
    expect(inferRequestFrom(...coded({ inputs: [sized(image, 0)] })).inputs[0]!.data).toEqual(Buffer.alloc(0));
  });

  const three = Buffer.from([1, 2, 3]);
  const [whole, length] = coded({ inputs: [sized(pixels, 3)] }, three);
  it.each<[string, string, Buffer, string?]>([
    ['a header beyond the body', 'malformed_tensor', whole, String(whole.length + 1)],
    ['a header that is no number', 'malformed_tensor', whole, '0x10'],
    ['a header below zero', 'malformed_tensor', whole, '-1'],
    ['a header that is there twice', 'malformed_tensor', whole, `${length}, ${length}`],
    ['a header of more digits than a body has', 'malformed_tensor', whole, '99999999999999999999'],
    ['a header that ends within the JSON', 'malformed_request', whole, String(Number(length) - 1)],
    ['a header of nothing', 'malformed_request', whole, '0'],
    ['no header', 'malformed_request', whole, undefined],
    ['no body', 'malformed_request', Buffer.alloc(0), undefined],
    ['JSON that is not UTF-8', 'malformed_request', Buffer.from('{"id":"\xe9"}', 'latin1'), undefined],
    ['a size beyond the body', 'malformed_tensor', ...coded({ inputs: [sized(pixels, 4)] }, three)],
    ['a size that leaves bytes', 'malformed_tensor', ...coded({ inputs: [sized(pixels, 2)] }, three)],
    ['bytes that no input has', 'malformed_tensor', ...coded({ inputs: [{ ...image, data: ['QQ=='] }] }, three)],
    ['a size below zero', 'invalid_field', ...coded({ inputs: [sized(pixels, -1)] }, three)],
    ['a size that is a text', 'invalid_field', ...coded({ inputs: [sized(pixels, '3')] }, three)],
    ['a size and data', 'invalid_field', ...coded({ inputs: [sized({ ...pixels, data: [1, 2, 3] }, 3)] }, three)],
    ['neither a size nor data', 'invalid_field', ...coded({ inputs: [pixels] }, three)],
    ['two inputs', 'invalid_field', ...coded({ inputs: [sized(pixels, 1), sized(pixels, 2)] }, three)],
    [
      'an output wanted in parts',
      'invalid_field',
      ...coded({ inputs: [sized(pixels, 3)], outputs: [{ name: 'logits', parameters: { binary_data: 1 } }] }, three),
    ],
    [
      'no class of an output',
      'invalid_field',
      ...coded({ inputs: [sized(pixels, 3)], outputs: [{ name: 'logits', parameters: { classification: 0 } }] }, three),
    ],
  ])('is refused with what is wrong: %s (%s)', (_what, code, body, header) => {
    expect(() => inferRequestFrom(body, header)).toThrow(
      expect.objectContaining({ code, facts: expect.objectContaining({ detail: expect.stringMatching(/\w/) }) }),
    );
  });
});

describe('an answer', () => {
  const answer: InferResponse = {
    model_name: 'mushroom-classifier',
    model_version: '3',
    outputs: [
      { name: 'logits', shape: [1, 2], datatype: 'FP32', data: [1, -2.5] },
      { name: 'probabilities', shape: [1, 2], datatype: 'BYTES', data: ['1:0:é', '0:1:b'] },
    ],
  };
  const FLOATS = Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]);
  const TEXTS = Buffer.concat([
    Buffer.from([6, 0, 0, 0]),
    Buffer.from('1:0:é'),
    Buffer.from([5, 0, 0, 0]),
    Buffer.from('0:1:b'),
  ]);

  it('is JSON where nothing else is wanted', () => {
    const { body, headerLength } = inferBody(answer, {});
    expect(headerLength).toBeUndefined();
    expect(JSON.parse(body.toString())).toEqual(answer);
  });

  it('has its tensors behind the JSON where all of them are wanted so', () => {
    const { body, headerLength } = inferBody(answer, { parameters: { binary_data_output: true } });
    const { outputs, ...rest } = JSON.parse(body.subarray(0, headerLength).toString());
    expect(rest).toEqual({ model_name: 'mushroom-classifier', model_version: '3' });
    expect(outputs).toEqual([
      { name: 'logits', shape: [1, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } },
      { name: 'probabilities', shape: [1, 2], datatype: 'BYTES', parameters: { binary_data_size: 19 } },
    ]);
    expect(body.subarray(headerLength)).toEqual(Buffer.concat([FLOATS, TEXTS]));
  });

  it('has each output where it is wanted, whatever is wanted of the others', () => {
    const requested = (binary: boolean) => ({
      parameters: { binary_data_output: !binary },
      outputs: [{ name: 'logits' }, { name: 'probabilities', parameters: { binary_data: binary } }],
    });
    const texts = inferBody(answer, requested(true));
    expect(texts.body.subarray(texts.headerLength)).toEqual(TEXTS);
    const floats = inferBody(answer, requested(false));
    expect(floats.body.subarray(floats.headerLength)).toEqual(FLOATS);
    expect(JSON.parse(floats.body.subarray(0, floats.headerLength).toString()).outputs[1].data).toEqual([
      '1:0:é',
      '0:1:b',
    ]);
  });
});
