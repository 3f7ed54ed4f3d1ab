import type { AppRole } from '@latchkey/policy';
import { denial, fail } from './stub-failures.ts';

/** Questions about gates that one person may have in progress, as in the real server. */
const maxQuestions = 1_000;

export interface StubGates {
  /** Calls that were refused with `SERVER_BUSY`. */
  refused: number;
  /** Holds back the answers until the returned function is called. */
  hold(): () => void;
  /** From now on this procedure is denied to everybody. */
  deny(path: string): void;
  readonly denied: ReadonlySet<string>;
  /** Answers the questions of a person, unless they have too many in progress. */
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

/** Administrators may everything, editors everything but sync and roles, and who has a role may ask for more. */
export function gateAnswer(path: string, role: AppRole | null) {
  const isAllowed =
    role === 'admin' ||
    (role === 'editor' &&
      !path.startsWith('sync.') &&
      !path.startsWith('audit.') &&
      path !== 'members.assign') ||
    (role !== null && (path.startsWith('requests.') || path === 'policy.holders'));
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
