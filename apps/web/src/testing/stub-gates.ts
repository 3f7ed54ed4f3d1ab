import type { AppRole } from '@latchkey/policy';
import { denial, fail } from './stub-procedures.ts';

/** The maximum number of pending gate questions of one user, as in the real server. */
const maxQuestions = 1_000;

export interface StubGates {
  /** Calls that were refused with `SERVER_BUSY`. */
  refused: number;
  /** Holds the responses until the returned function is called. */
  hold(): () => void;
  /** Denies this procedure to all users from now on. */
  deny(path: string): void;
  /** Ends a `deny`. */
  allow(path: string): void;
  readonly denied: ReadonlySet<string>;
  /** Answers a user's questions, unless too many are pending. */
  answer<Answer>(token: string, count: number, answers: () => Answer): Promise<Answer>;
}

export function createStubGates(): StubGates {
  const inProgress = new Map<string, number>();
  let held = Promise.resolve();
  const denied = new Set<string>();
  const gates: StubGates = {
    refused: 0,
    denied,
    deny: (path) => void denied.add(path),
    allow: (path) => void denied.delete(path),
    hold() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      held = promise.then(() => undefined);
      return () => resolve(undefined);
    },
    async answer(token, count, answers) {
      const before = inProgress.get(token) ?? 0;
      if (before + count > maxQuestions) {
        gates.refused += 1;
        throw fail({ status: 'SERVICE_UNAVAILABLE', code: 'SERVER_BUSY' });
      }
      inProgress.set(token, before + count);
      await held;
      inProgress.set(token, (inProgress.get(token) ?? 0) - count);
      return answers();
    },
  };
  return gates;
}

/** Administrators have all permissions, editors all except sync and roles, and users with a role can request more. */
export function gateAnswer(path: string, role: AppRole | null) {
  const isAllowed =
    role === 'admin' ||
    (role === 'editor' &&
      !path.startsWith('sync.') &&
      !path.startsWith('audit.') &&
      !['members.assign', 'members.bulkPreview', 'members.removePreview', 'members.reactivate'].includes(
        path,
      )) ||
    (role !== null &&
      (path.startsWith('requests.') ||
        path.startsWith('reviews.') ||
        ['collections.list', 'policy.holders'].includes(path)));
  if (isAllowed) return { state: 'allowed' };
  const permission = path
    .replace('.', ':')
    .replace('remove', 'delete')
    .replace('why:explain', 'members:view')
    .replace('policy:impact', 'members:view')
    .replace('policy:holders', 'policy:view')
    .replace(/sync:.*/, 'sync:view')
    .replace(/audit:.*/, 'audit:view');
  return {
    state: 'denied',
    ...denial(permission, path === 'reports.create' ? ['editor', 'admin'] : ['admin']),
  };
}
