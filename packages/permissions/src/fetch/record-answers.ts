import type { GateAnswer, GateQuestion } from '../core/gate-question.ts';

type Ask<Permission extends string, Role extends string> = (
  questions: readonly GateQuestion<Permission>[],
) => Promise<readonly GateAnswer<Permission, Role>[]>;

/** An `ask` function that records its answers. */
export interface AnswerRecord<Permission extends string, Role extends string> {
  /** Pass it to the `<PermissionsProvider>` that the server renders. */
  readonly ask: Ask<Permission, Role>;
  /** The answers so far. Read them after rendering and send them with the page as `initialAnswers`. */
  readonly answers: (readonly [GateQuestion<Permission>, GateAnswer<Permission, Role>])[];
}

/**
 * For a server that renders with `useGateSuspense` (`renderToPipeableStream`, `renderToReadableStream`): the page is
 * rendered with real answers, and the browser starts with the same ones. Create one record per request.
 * @param ask - Answers in process: `(questions) => answerGates(source, ctx, questions)`.
 */
export function recordAnswers<Permission extends string, Role extends string>(
  ask: Ask<Permission, Role>,
): AnswerRecord<Permission, Role> {
  const record: AnswerRecord<Permission, Role> = {
    answers: [],
    async ask(questions) {
      const answers = await ask(questions);
      questions.forEach((question, index) => {
        const answer = answers[index];
        if (answer !== undefined) record.answers.push([question, answer]);
      });
      return answers;
    },
  };
  return record;
}
