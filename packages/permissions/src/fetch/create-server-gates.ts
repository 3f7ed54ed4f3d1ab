import type { GateAnswer, GateAnswers, GateQuestion, PermissionQuestion } from '../core/gate-question.ts';
import { permissionsAtGate, type ActorsOption } from '../core/in-person.ts';
import type {
  WithInstances,
  WithoutInstance,
  WithoutResource,
  ResourceIn,
} from '../core/instance-permission.ts';
import type { Permissions, ResourceRef } from '../core/permissions.ts';
import type { Ask } from '../react/gate-store.ts';
import { answerPrepared } from '../trpc/answer-prepared.ts';
import { toPermissionSet } from '../trpc/requirement.ts';

/** A function that checks a permission of the current user. */
export interface ServerGate<Permission extends string, InstancePermission extends string, Answer> {
  /** Checks the permission on the instance `on`; if `on` is `undefined`, on the resource as a whole. */
  <P extends Permission, const On extends ResourceRef<ResourceIn<P>> | undefined>(
    permission: P,
    on: On & WithoutResource<On, Permission>,
  ): Promise<Answer>;
  /** Checks the permission on the resource as a whole. */
  <P extends Permission>(permission: P & WithoutInstance<P, InstancePermission>): Promise<Answer>;
}

/** A function that answers the questions of a page. */
export interface ServerAnswers<
  Permission extends string,
  Role extends string,
  InstancePermission extends string,
> {
  /** Returns the questions with their answers, in the given order. */
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
   * Returns whether the user has the permission. During an outage it throws, and never returns `false`.
   * @throws {AuthorizationUnavailableError}
   */
  readonly can: ServerGate<Permission, InstancePermission, boolean>;
  /**
   * Resolves if the user has the permission. Await it in the first line of a server action.
   * @throws {PermissionDeniedError} if the permission is denied
   * @throws {AuthorizationUnavailableError}
   */
  readonly require: ServerGate<Permission, InstancePermission, void>;
  /**
   * Answers a page's `useCan` questions with one bulk check, for `initialAnswers` of `<PermissionsProvider>`. In an
   * outage the answers are `unavailable`, and the page still renders.
   */
  readonly answers: ServerAnswers<Permission, Role, InstancePermission>;
}

/**
 * Creates gates for React Server Components and server actions:
 *
 * ```ts
 * export const { can, require, answers } = createServerGates(async () => createPermissions(decider, await currentUser()));
 * ```
 * @param permissions - Returns the permissions of the current request's user; called for every question. In Next.js,
 *   wrap it in React's `cache` to identify the user only once per request. The gates rethrow its errors.
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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `ServerGate` checks the permission and the instance
  const anyAtGate = async () => (await atGate()) as Permissions;
  return {
    can: async (permission: string, on?: ResourceRef) =>
      (await (await anyAtGate()).check(permission, on)).outcome === 'allow',
    require: async (permission: string, on?: ResourceRef) => (await anyAtGate()).require(permission, on),
    async answers(questions: readonly PermissionQuestion<Permission>[]) {
      const prepared = questions.map(({ permission, instance }) => ({
        requirement: toPermissionSet(permission),
        on: instance,
      }));
      const answers = await answerPrepared(await atGate(), prepared);
      return questions.map((question, index) => [question, answers[index] ?? { state: 'unavailable' }]);
    },
  };
}

export interface AnswerRecord<Permission extends string, Role extends string> {
  /** The function to pass to the `<PermissionsProvider>` that the server renders. */
  readonly ask: Ask<Permission, Role>;
  /** The answers recorded so far. After rendering, send them with the page as `initialAnswers`. */
  readonly answers: (readonly [GateQuestion<Permission>, GateAnswer<Permission, Role>])[];
}

/**
 * Records the answers of `useGateSuspense` while a server renders to a stream, so that the browser starts with the same
 * ones. Create one record per request.
 * @param ask - Answers the questions in process: `(questions) => answerGates(source, ctx, questions)`.
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
