import { defaultTenant, type PermitFacts } from '@latchkey/directory-sync';
import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import type { ApproversOf } from '../../auth/approvers.ts';
import type { Bus } from '../../bus/open-bus.ts';
import type { Database } from '../../database/open-database.ts';
import { createReadHeldRoles } from './held-roles.ts';
import { createFindPeople } from './people.ts';
import type { RequestChange, RequestsRouterDeps } from './requests-router.ts';

export interface RequestsOptions {
  readonly database: Pick<Database, 'db'>;
  readonly bus: Bus;
  readonly decider: PermitDecider<typeof policy>;
  readonly permissionsFor: RequestsRouterDeps['permissionsFor'];
  readonly approversOf: ApproversOf;
  readonly permit: PermitFacts;
  readonly reportTitles: RequestsRouterDeps['reportTitles'];
  readonly now: () => Date;
}

export interface Requests {
  readonly router: RequestsRouterDeps;
}

/** A request or a grant changed. After a gap, any may have. */
const requestsTopic = {
  name: 'requests',
  schema: z.object({ tenant: z.string(), subject: z.string(), report: z.string().nullable() }),
};

/** Opens the parts of requests and grants, and connects them. */
export function openRequests(options: RequestsOptions): Requests {
  const { database, bus, decider, permissionsFor, approversOf, permit, reportTitles, now } = options;
  const changes = bus.topic<RequestChange>(requestsTopic);
  return {
    router: {
      db: database.db,
      now,
      readHeldRoles: createReadHeldRoles(permit.reads),
      findPeople: createFindPeople(permit.reads),
      permissionsFor,
      approversOf,
      sharersOf: (tenant, report) =>
        decider.authorizedUsers({ tenant, permission: 'reports:share', instance: report }),
      reportTitles,
      isManagedInLogto: (role, tenant) =>
        (tenant === defaultTenant
          ? directoryMapping.ownedInDefault
          : directoryMapping.ownedInOrganization
        ).has(role),
      onChange: changes.publish,
    },
  };
}
