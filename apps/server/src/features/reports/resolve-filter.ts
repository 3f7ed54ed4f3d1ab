import type { Identity } from '../../authentication/identity.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { WantedReports } from './report-conditions.ts';
import type { ReportFilter } from './report-inputs.ts';
import type { PdpDecider } from '../../directory/decisions.ts';

export type GrantsDecider = Pick<PdpDecider, 'instanceGrants'>;

/** The ids of the reports on which a user has a role, including roles from a collection. */
export async function idsByRole(decider: GrantsDecider, { subject, tenant }: Identity) {
  const grants = await decider.instanceGrants({ subject, tenant }, ['reports']);
  return (role: string): string[] =>
    grants.filter(({ roles }) => roles.includes(role)).map(({ instance }) => instance);
}

/** Resolves a filter for the caller: "you own" becomes these ids. */
export async function resolveFilter(
  decider: GrantsDecider,
  { identity, permissions }: SignedIn,
  { role, collection, ...filter }: ReportFilter,
): Promise<WantedReports> {
  const isClosed =
    collection !== undefined && (await permissions.check('collections:view', collection)).outcome !== 'allow';
  return {
    ...filter,
    collection: isClosed ? null : collection,
    among: role && (await idsByRole(decider, identity))(role),
  };
}
