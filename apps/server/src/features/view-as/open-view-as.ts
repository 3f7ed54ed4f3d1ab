import { createPermissions } from '@latchkey/permissions';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { AppError } from '../../platform/app-error.ts';
import type { Accounts } from '../../directory/accounts.ts';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { FindPerson } from '../../directory/find-person.ts';
import type { Identity } from '../../authentication/identity.ts';
import type { FindPeople } from '../../directory/people.ts';
import { repeat } from '../../platform/repeat.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { Audit } from '../audit/record.ts';
import { decideInView } from './decide-in-view.ts';
import type { RightsDeps } from './require-no-more-rights.ts';
import { createViewAsRouter } from './view-as-router.ts';
import { createViewAsStore, type StoredView } from './view-as-store.ts';
import { RowId } from '../../platform/text-input.ts';

export interface ViewAsOptions extends RightsDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changedWith'>;
  readonly now: () => Date;
  readonly findPerson: FindPerson;
  readonly findPeople: FindPeople;
  readonly isActive: Accounts['isActive'];
  /** Refuses a user who still has an ended role. */
  readonly admitRoles: (who: Pick<Identity, 'subject'>) => Promise<void>;
  readonly factChanges: Pick<FactChanges, 'publish'>;
  readonly log: Logger;
}

export interface ViewAsService {
  readonly router: ReturnType<typeof createViewAsRouter>;
  /**
   * Returns the call as made by the target of the view.
   * @throws {AppError} `VIEW_AS_ENDED` unless the view is the caller's, in their tenant, and running;
   *   `AUTHORIZATION_UNAVAILABLE`
   */
  readonly resolve: (caller: SignedIn, id: string) => Promise<SignedIn>;
  /** Stops polling. Resolves when the running work has ended. */
  close(): Promise<void>;
}

/** Milliseconds between two polls for views that have expired. */
const interval = 10_000;

/** Returns the subject of a view. In a view as a role, it matches no user, because user keys have no colon. */
const subjectOf = ({ target }: StoredView): string =>
  target.kind === 'person' ? target.subject : `role:${target.role}`;

export function openViewAs(options: ViewAsOptions): ViewAsService {
  const { decider, instanceGrants, findPerson, findPeople, now } = options;
  const store = createViewAsStore(options);
  const ending = repeat(() => store.endOver(), {
    interval,
    onError: (err) => options.log.warn({ err }, 'the end of a view is not noted yet'),
  });

  const mayGoOn = async ({ target }: StoredView, { permissions }: SignedIn): Promise<boolean> => {
    if ((await permissions.check('members:view-as')).outcome === 'deny') return false;
    return target.kind === 'role' || options.isActive(target.subject);
  };

  return {
    router: createViewAsRouter({ store, rights: { decider, instanceGrants }, findPerson, findPeople, now }),
    async resolve(caller, text) {
      const { identity: actor } = caller;
      const id = RowId.safeParse(text).data;
      const view = id === undefined ? undefined : await store.findRunning(id);
      const isOwn = view?.actor === actor.subject && view.tenant === actor.tenant;
      // A view belongs to one user, and cannot be used by actors for them.
      if (!isOwn || actor.actors !== undefined) throw isOver();
      if (!(await mayGoOn(view, caller))) {
        await store.end(view, { end: 'rights' });
        throw isOver();
      }
      const { tenant, target, endsAt } = view;
      const subject = subjectOf(view);
      if (target.kind === 'person') await options.admitRoles({ subject });
      return {
        identity: {
          subject,
          tenant,
          issuedAt: actor.issuedAt,
          expiresAt: Math.min(actor.expiresAt, endsAt.getTime() / 1_000),
          viewAs: { id: view.id, actor, target, endsAt },
        },
        permissions: createPermissions(decideInView(decider, view), { subject, tenant }),
      };
    },
    close: () => ending.close(),
  };
}

function isOver(): AppError {
  return new AppError('VIEW_AS_ENDED', 'The view as another user has ended.');
}
