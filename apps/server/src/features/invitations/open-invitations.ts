import type { Decider } from '@latchkey/permissions';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { waitForPropagation } from '../../directory/fact-changes.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import { createAttemptBudget } from './attempt-budget.ts';
import { invitationsTopic, type InvitationChange } from './invitation-views.ts';
import { createInvitationsRouter, type InvitationsRouterDeps } from './invitations-router.ts';

export interface InvitationsOptions extends Pick<
  InvitationsRouterDeps,
  'inLogto' | 'findPeople' | 'reconcileUser' | 'audit' | 'now' | 'log'
> {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly decider: Pick<Decider, 'grants'>;
  /** The URL of the console. Without it, invitations have no link, and Logto sends no emails. */
  readonly consoleUrl: string | undefined;
}

export function openInvitations({ db, bus, decider, consoleUrl, ...options }: InvitationsOptions) {
  return createInvitationsRouter({
    ...options,
    budget: createAttemptBudget(db, options.now),
    changes: bus.topic<InvitationChange>(invitationsTopic),
    linkOf: (id) => (consoleUrl === undefined ? null : `${consoleUrl}/invitations/${id}/accept`),
    async waitForMember(subject, tenant) {
      const isMember = async (): Promise<boolean> => (await decider.grants(subject, tenant)).roles.length > 0;
      await waitForPropagation(isMember);
      return isMember().catch(() => false);
    },
  });
}
