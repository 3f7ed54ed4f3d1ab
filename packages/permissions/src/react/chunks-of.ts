import { maxGateQuestions, type GateQuestion } from '../core/gate-question.ts';

/** The maximum size of a call's questions as JSON in bytes. A longer question is sent alone. */
const maxBytes = 20_000;

/** Splits questions into calls of `ask`, limited by count and bytes. Preserves the order. */
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

/** The length in UTF-8, computed here because `TextEncoder` is not always available in React Native. */
function bytesOf(text: string): number {
  return encodeURIComponent(text).replaceAll(/%../g, 'x').length;
}
