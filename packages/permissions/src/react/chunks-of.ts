import { maxGateQuestions, type GateQuestion } from '../core/gate-question.ts';

/** The maximum size of a call's questions as JSON, in bytes. A question that is longer than this is sent alone. */
const maxBytes = 20_000;

/** Splits questions into chunks for calls of `ask`, limited in number and bytes. Preserves the order. */
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

/** The length of a text in UTF-8. Does not use `TextEncoder`, which React Native does not always have. */
function bytesOf(text: string): number {
  return encodeURIComponent(text).replaceAll(/%../g, 'x').length;
}
