import type { LogtoInvitations, LogtoManagement } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import type { FindPeople } from '../../auth/people.ts';
import type { Topic } from '../../bus/topic.ts';
import type { Audit } from '../audit/record.ts';
import type { AttemptBudget } from './attempt-budget.ts';
import type { InvitationChange } from './invitation-change.ts';

/** The Logto calls for invitations. */
export interface InvitationsInLogto {
  readonly invitations: LogtoInvitations;
  readonly logto: Pick<LogtoManagement, 'user' | 'organization'>;
}

export interface InvitationsDeps {
  /** Absent: payload mode, in which the server cannot query Logto. */
  readonly inLogto: InvitationsInLogto | undefined;
  readonly findPeople: FindPeople;
  readonly budget: AttemptBudget;
  readonly changes: Pick<Topic<InvitationChange>, 'publish' | 'subscribe'>;
  /** The acceptance link; `null` when the console's URL is not configured. */
  readonly linkOf: (id: string) => string | null;
  /** Queues a user (Logto id) for reconciliation with priority. */
  readonly reconcileUser: (id: string) => Promise<void>;
  /** Waits briefly and resolves to whether Permit knows the user as a member of the tenant. */
  readonly waitForMember: (subject: string, tenant: string) => Promise<boolean>;
  readonly audit: Audit;
  readonly now: () => Date;
  readonly log: Logger;
}
