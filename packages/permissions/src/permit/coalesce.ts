import type { Check } from '../core/decision.ts';

/**
 * Batches the questions of one turn of the event loop, at most `size` per call of `askMany`, so that a tRPC batch, a
 * list or a page of buttons costs one round trip. When a call fails, all of its questions reject with its error; to
 * make only one question reject, `askMany` returns a rejected promise as its answer.
 */
export function coalesce<Question, Answer>(
  askMany: (questions: readonly Question[]) => Promise<readonly (Answer | Promise<Answer>)[]>,
  size: number,
): (question: Question) => Promise<Answer> {
  interface Pending {
    readonly question: Question;
    readonly resolve: (answer: Answer | Promise<Answer>) => void;
    readonly reject: (reason: unknown) => void;
  }
  let pending: Pending[] = [];

  const flush = async (chunk: readonly Pending[]): Promise<void> => {
    try {
      const answers = (await askMany(chunk.map(({ question }) => question))).values();
      for (const { resolve, reject } of chunk) {
        const next = answers.next();
        if (next.done === true) reject(new TypeError('A question was not answered.'));
        else resolve(next.value);
      }
    } catch (error) {
      for (const { reject } of chunk) reject(error);
    }
  };

  return (question) =>
    new Promise((resolve, reject) => {
      if (pending.length === 0) {
        // `setImmediate` runs after all code that is ready to run, so that the questions of that code join this batch.
        setImmediate(() => {
          const all = pending;
          pending = [];
          for (let start = 0; start < all.length; start += size) void flush(all.slice(start, start + size));
        });
      }
      pending.push({ question, resolve, reject });
    });
}

/**
 * The cache key of a check. Only equal checks have the same key: it begins with the lengths of its parts, so that
 * different parts never produce the same text. JSON takes four times as long, and is used only for checks with
 * attributes or context.
 */
export function keyOfCheck({ subject, tenant, permission, instance, attributes, context }: Check): string {
  const place = `${subject.length} ${tenant.length} ${permission.length} ${subject}${tenant}${permission}`;
  if (attributes !== undefined || context !== undefined)
    return JSON.stringify([place, instance, attributes, context]);
  return instance === undefined ? place : `${place}#${instance}`;
}
