import type { LogtoInvitations, LogtoManagement } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import type { FindPeople } from '../../auth/people.ts';
import type { Topic } from '../../bus/topic.ts';
import type { Audit } from '../audit/record.ts';
import type { AttemptBudget } from './attempt-budget.ts';
import type { InvitationChange } from './invitation-change.ts';

/** Logto, as invitations need it. */
export interface InvitationsInLogto {
  readonly invitations: LogtoInvitations;
  readonly logto: Pick<LogtoManagement, 'user' | 'organization'>;
}

export interface InvitationsDeps {
  /** Absent: payload mode, in which the server cannot ask Logto for anything. */
  readonly inLogto: InvitationsInLogto | undefined;
  readonly findPeople: FindPeople;
  readonly budget: AttemptBudget;
  readonly changes: Pick<Topic<InvitationChange>, 'publish' | 'subscribe'>;
  /** Where an invitation is accepted; `null` when the console's address is not configured. */
  readonly linkOf: (id: string) => string | null;
  /** Queues a user (Logto's id) for reconciliation, before all that wait. */
  readonly reconcileUser: (id: string) => Promise<void>;
  /** Resolves to whether Permit knows the person as a member of the tenant, after a short wait for it. */
  readonly waitForMember: (subject: string, tenant: string) => Promise<boolean>;
  readonly audit: Audit;
  readonly now: () => Date;
  readonly log: Logger;
}
