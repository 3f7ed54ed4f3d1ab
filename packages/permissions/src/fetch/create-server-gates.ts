import { answerPrepared } from '../answer-prepared.ts';
import type { GateAnswers, PermissionQuestion } from '../gate-question.ts';
import type { Permissions, ResourceIn, ResourceRef } from '../permissions.ts';

/** Gates for code that renders or acts on a server: React Server Components, server actions, loaders. */
export interface ServerGates<Permission extends string, Role extends string> {
  /**
   * Whether the user has the permission. An outage is thrown, never `false`.
   * @throws {AuthorizationUnavailableError}
   */
  readonly can: <P extends Permission>(permission: P, on?: ResourceRef<ResourceIn<P>>) => Promise<boolean>;
  /**
   * Resolves when the user has the permission: the first line of a server action.
   * @throws {PermissionDeniedError} when denied. @throws {AuthorizationUnavailableError}
   */
  readonly require: <P extends Permission>(permission: P, on?: ResourceRef<ResourceIn<P>>) => Promise<void>;
  /**
   * Answers questions as `useCan` asks them, with one bulk check: the `initialAnswers` of `<PermissionsProvider>`. During an
   * outage they are `unavailable`: the page is rendered all the same.
   */
  readonly answers: (
    questions: readonly PermissionQuestion<Permission>[],
  ) => Promise<GateAnswers<Permission, Role>>;
}

/**
 * Gates for React Server Components and server actions:
 *
 * ```ts
 * export const { can, require, answers } = createServerGates(async () => createPermissions(decider, await currentUser()));
 * ```
 * @param permissions - The permissions of the current request's user; called for every question. In Next.js, wrap it in
 *   React's `cache` to identify the user once per request. What it throws is thrown by the gate.
 */
export function createServerGates<Permission extends string, Role extends string>(
  permissions: () => Promise<Permissions<Permission, Role>> | Permissions<Permission, Role>,
): ServerGates<Permission, Role> {
  return {
    can: async (permission, on) => (await (await permissions()).check(permission, on)).outcome === 'allow',
    require: async (permission, on) => (await permissions()).require(permission, on),
    async answers(questions) {
      const prepared = questions.map(({ permission, instance }) => ({
        requirement: { match: 'all' as const, permissions: [permission] as const },
        on: instance,
      }));
      const answers = await answerPrepared(await permissions(), prepared);
      return questions.map((question, index) => [question, answers[index] ?? { state: 'unavailable' }]);
    },
  };
}
