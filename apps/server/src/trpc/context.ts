import type { Decider } from '@latchkey/permissions';
import type { PermitDirectory } from '@latchkey/permissions/permit';
import type { AppPermission, AppRole } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Identity } from '../auth/identity.ts';
import type { Bus } from '../bus/open-bus.ts';
import type { SyncControl } from '../sync/open-directory-sync.ts';

/** What procedures work with, the same for every request. */
export interface Services {
  readonly db: NodePgDatabase;
  readonly decider: Decider<AppPermission, AppRole>;
  readonly directory: PermitDirectory;
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly sync: SyncControl;
  /** Aborted when the server is about to stop: what waits for long ends then. */
  readonly stopping: AbortSignal;
}

export interface Context {
  readonly requestId: string;
  readonly services: Services;
  /** Verifies the request's token, once per request. @throws {AppError} `TOKEN_*`, `SUBJECT_REVOKED` */
  readonly authenticate: () => Promise<Identity>;
}

/** The context of whoever is signed in. */
export interface SignedIn {
  readonly services: Services;
  readonly identity: Identity;
}
