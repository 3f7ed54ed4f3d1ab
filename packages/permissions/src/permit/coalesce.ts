/**
 * Gathers what is asked in one turn of the event loop and asks it together, `size` questions a call. A tRPC batch, a
 * list and a page of buttons then cost one round trip.
 */
export function coalesce<Question, Answer>(
  askMany: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  size: number,
): (question: Question) => Promise<Answer> {
  interface Waiting {
    readonly question: Question;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];

  const flush = async (chunk: readonly Waiting[]): Promise<void> => {
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
      if (waiting.length === 0) {
        // After all that is ready to run has run: whatever it asks comes along.
        setImmediate(() => {
          const all = waiting;
          waiting = [];
          for (let start = 0; start < all.length; start += size) void flush(all.slice(start, start + size));
        });
      }
      waiting.push({ question, resolve, reject });
    });
}
