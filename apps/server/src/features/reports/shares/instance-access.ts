import type { PermitReads } from '@latchkey/directory-sync';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { InstanceAccess } from '../../../directory/instance-access.ts';
import { findOpenable } from '../load-report.ts';
import { readPersonRoles, sharedInstance } from './instance-roles.ts';
import { forgetShares, recordShare } from './share-store.ts';
import { lackedWith, type WhoCanOpen } from './who-can-open.ts';

export interface InstanceAccessDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'user' | 'grantsOf' | 'linksTo'>;
  readonly whoCanOpen: WhoCanOpen;
}

export function createInstanceAccess({ db, reads, whoCanOpen }: InstanceAccessDeps): InstanceAccess {
  return {
    async inherited({ tenant, subject, instance }) {
      const on = sharedInstance(tenant, instance);
      if (on === undefined) return [];
      const { onInstance } = await readPersonRoles(reads, on, subject);
      return onInstance.filter(({ via }) => via !== null).map(({ role }) => role);
    },
    async lacks({ tenant, instance, ...user }) {
      const on = sharedInstance(tenant, instance);
      const openable = on && (await findOpenable(db, on));
      return openable === undefined ? null : lackedWith(whoCanOpen, openable, user);
    },
    async recordShare({ tenant, instance, subject, role, by }) {
      const on = sharedInstance(tenant, instance);
      if (on !== undefined) await recordShare(db, on, { subject, role, by, at: new Date() });
    },
    async forgetShare({ tenant, instance, subject, role }) {
      const on = sharedInstance(tenant, instance);
      if (on !== undefined) await forgetShares(db, on, { subject, role });
    },
  };
}
