import {
  createLogtoInvitations,
  createLogtoManagement,
  type LogtoManagementOptions,
} from '@latchkey/directory-sync';
import type { Decider } from '@latchkey/permissions';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { waitForPropagation } from '../../directory/wait-for-propagation.ts';
import type { Bus } from '../../platform/bus/open-bus.ts';
import type { Audit } from '../audit/record.ts';
import { createAttemptBudget } from './attempt-budget.ts';
import { invitationsTopic, type InvitationChange } from './invitation-views.ts';
import type { InvitationsRouterDeps } from './invitations-router.ts';

export interface InvitationsOptions {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  /** Absent: payload mode. */
  readonly logto: LogtoManagementOptions | undefined;
  readonly findPeople: InvitationsRouterDeps['findPeople'];
  readonly decider: Pick<Decider, 'grants'>;
  readonly reconcileUser: InvitationsRouterDeps['reconcileUser'];
  /** The URL of the console. Without it Logto sends no emails, and there is only a path to copy. */
  readonly consoleUrl: string | undefined;
  readonly audit: Audit;
  readonly now: () => Date;
  readonly log: Logger;
}

export function openInvitations(options: InvitationsOptions): Omit<InvitationsRouterDeps, 'subscriptions'> {
  const { db, bus, findPeople, decider, consoleUrl, audit, now, log, reconcileUser } = options;
  const logto = options.logto && createLogtoManagement(options.logto);
  return {
    inLogto: logto &&
      options.logto && {
        logto,
        invitations: createLogtoInvitations(options.logto),
      },
    findPeople,
    budget: createAttemptBudget({ db, now }),
    changes: bus.topic<InvitationChange>(invitationsTopic),
    linkOf: (id) => (consoleUrl === undefined ? null : `${consoleUrl}/invitations/${id}/accept`),
    reconcileUser,
    async waitForMember(subject, tenant) {
      const isMember = async (): Promise<boolean> => (await decider.grants(subject, tenant)).roles.length > 0;
      await waitForPropagation(isMember);
      return isMember().catch(() => false);
    },
    audit,
    now,
    log,
  };
}
