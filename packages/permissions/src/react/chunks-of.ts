import { maxGateQuestions, type GateQuestion } from '../core/gate-question.ts';

/** The maximum size of a call's questions, as JSON. A longer question is sent alone. */
const maxBytes = 20_000;

/** For calls of `ask`, limited in number and bytes. Preserves the order. */
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

/** In UTF-8. React Native does not always have `TextEncoder`. */
function bytesOf(text: string): number {
  return encodeURIComponent(text).replaceAll(/%../g, 'x').length;
}
