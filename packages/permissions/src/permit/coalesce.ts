import type { Check } from '../core/decision.ts';

/**
 * Batches the questions of one turn of the event loop, at most `size` per call of `askMany`, so that a tRPC batch, a
 * list or a page of buttons costs one round trip. A failed call rejects all of its questions; a rejected promise as an
 * answer rejects only its own.
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
        // Runs after all code that is ready to run, so that its questions join this batch.
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
 * Begins with the lengths of its parts, so that only equal checks have the same key. JSON, which takes four times as
 * long, is used only for attributes and context.
 */
export function keyOfCheck({
  subject,
  tenant,
  permission,
  instance,
  attributes,
  userAttributes,
  context,
}: Check): string {
  const place = `${subject.length} ${tenant.length} ${permission.length} ${subject}${tenant}${permission}`;
  if (attributes !== undefined || userAttributes !== undefined || context !== undefined)
    return JSON.stringify([place, instance, attributes, context, userAttributes]);
  return instance === undefined ? place : `${place}#${instance}`;
}
