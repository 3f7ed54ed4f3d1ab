import { maxGateQuestions, type GateQuestion } from '../gate-question.ts';

/** Bytes of the questions of one call, as JSON. A longer question goes alone. */
const maxBytes = 20_000;

/** Divides questions into the calls of `ask`: each bounded by count and bytes. The order is kept. */
export function chunksOf<Asked extends { readonly question: GateQuestion }>(
  asked: readonly Asked[],
): Asked[][] {
  const chunks: Asked[][] = [];
  let chunk: Asked[] = [];
  let bytes = Infinity;
  for (const one of asked) {
    const own = bytesOf(`${JSON.stringify(one.question)},`);
    bytes += own;
    if (bytes > maxBytes || chunk.length === maxGateQuestions) {
      chunks.push((chunk = []));
      bytes = own;
    }
    chunk.push(one);
  }
  return chunks;
}

/** The length in UTF-8: React Native has no `TextEncoder` everywhere. */
function bytesOf(text: string): number {
  return encodeURIComponent(text).replaceAll(/%../g, 'x').length;
}
