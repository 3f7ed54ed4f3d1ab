import type { GateAnswer, GateAnswers, GateQuestion, PermissionQuestion } from '../core/gate-question.ts';
import { permissionsAtGate, type ActorsOption } from '../core/in-person.ts';
import type { WithInstances, WithoutInstance } from '../core/instance-permission.ts';
import type { Permissions, ResourceIn, ResourceRef } from '../core/permissions.ts';
import type { Ask } from '../react/gate-store.ts';
import { answerPrepared } from '../trpc/answer-prepared.ts';

/** A question about the current user's permission. */
export interface ServerGate<Permission extends string, InstancePermission extends string, Answer> {
  /** `on` is the instance; `undefined`: the resource as a whole. */
  <P extends Permission>(permission: P, on: ResourceRef<ResourceIn<P>> | undefined): Promise<Answer>;
  /** The same, about the resource as a whole. */
  <P extends Permission>(permission: P & WithoutInstance<P, InstancePermission>): Promise<Answer>;
}

/** Answers questions of a page. */
export interface ServerAnswers<
  Permission extends string,
  Role extends string,
  InstancePermission extends string,
> {
  /** Returns the answers in the order of the questions, each with its question. */
  <const Questions extends readonly PermissionQuestion<Permission>[]>(
    questions: Questions & WithInstances<Questions, InstancePermission>,
  ): Promise<GateAnswers<Permission, Role>>;
}

/** Gates for server-side code: React Server Components, server actions, loaders. */
export interface ServerGates<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
> {
  /**
   * Whether the user has the permission. Throws on an outage; never returns `false` for one.
   * @throws {AuthorizationUnavailableError}
   */
  readonly can: ServerGate<Permission, InstancePermission, boolean>;
  /**
   * Resolves when the user has the permission. Call it in the first line of a server action.
   * @throws {PermissionDeniedError} when denied. @throws {AuthorizationUnavailableError}
   */
  readonly require: ServerGate<Permission, InstancePermission, void>;
  /**
   * Answers `useCan` questions with one bulk check, for `initialAnswers` of `<PermissionsProvider>`. During an outage
   * the answers are `unavailable`, and the page still renders.
   */
  readonly answers: ServerAnswers<Permission, Role, InstancePermission>;
}

/**
 * Gates for React Server Components and server actions:
 *
 * ```ts
 * export const { can, require, answers } = createServerGates(async () => createPermissions(decider, await currentUser()));
 * ```
 * @param permissions - Returns the permissions of the current request's user; called for every question. In Next.js,
 *   wrap it in React's `cache` to identify the user once per request. The gate rethrows its errors.
 * @param options - `actors: 'deny'` refuses requests by an actor.
 */
export function createServerGates<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
  ListField extends string = never,
>(
  permissions: () =>
    | Promise<Permissions<Permission, Role, InstancePermission, ListField>>
    | Permissions<Permission, Role, InstancePermission, ListField>,
  options: ActorsOption = {},
): ServerGates<Permission, Role, InstancePermission> {
  const atGate = async () => permissionsAtGate(await permissions(), options);
  return {
    can: async <P extends Permission>(permission: P, on?: ResourceRef<ResourceIn<P>>) =>
      (await (await atGate()).check(permission, on)).outcome === 'allow',
    require: async <P extends Permission>(permission: P, on?: ResourceRef<ResourceIn<P>>) =>
      (await atGate()).require(permission, on),
    async answers(questions: readonly PermissionQuestion<Permission>[]) {
      const prepared = questions.map(({ permission, instance }) => ({
        requirement: { match: 'all' as const, permissions: [permission] as const },
        on: instance,
      }));
      const answers = await answerPrepared(await atGate(), prepared);
      return questions.map((question, index) => [question, answers[index] ?? { state: 'unavailable' }]);
    },
  };
}

/** An `ask` function that records its answers. */
export interface AnswerRecord<Permission extends string, Role extends string> {
  /** Pass it to the `<PermissionsProvider>` that the server renders. */
  readonly ask: Ask<Permission, Role>;
  /** The answers so far. Read them after rendering and send them with the page as `initialAnswers`. */
  readonly answers: (readonly [GateQuestion<Permission>, GateAnswer<Permission, Role>])[];
}

/**
 * Records the answers of a server that renders with `useGateSuspense` (`renderToPipeableStream`,
 * `renderToReadableStream`), so that the browser starts with the same answers. Create one record per request.
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
