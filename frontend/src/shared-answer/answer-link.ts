import type { SharedAnswer } from './shared-answer.ts';

/**
 * The path of a shared answer: the answer itself, compressed, behind the `#`, which browsers send to nobody.
 * @returns such as `/answer#q1YqU7IyNtVR...`
 */
export async function answerPath(answer: SharedAnswer): Promise<string> {
  const text = new Blob([JSON.stringify(answer)]);
  const packed = text.stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `/answer#${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}
