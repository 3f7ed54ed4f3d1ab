/** The server answers as many questions of `session.gates` in one call. */
const maxQuestions = 100;

/** Characters of a call's input in the URL, so that the call fits into `maxUrlLength` with its path. */
const maxInputLength = 3_500;

/** The longest URL of a request, in characters. Servers and proxies accept 8,000; some accept less. */
export const maxUrlLength = 4_000;

/** Splits the questions of a page into calls that the server accepts, and that fit into a URL. The order is kept. */
export function splitQuestions<Question>(questions: readonly Question[]): Question[][] {
  const calls: Question[][] = [];
  let length = Infinity;
  for (const question of questions) {
    const own = encodeURIComponent(`${JSON.stringify(question)},`).length;
    const last = calls.at(-1);
    if (last === undefined || last.length === maxQuestions || length + own > maxInputLength) {
      calls.push([question]);
      length = own;
    } else {
      last.push(question);
      length += own;
    }
  }
  return calls;
}
