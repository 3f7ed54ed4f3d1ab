import type { FindPeople } from '../../directory/people.ts';
import type { RoleSource } from '../../directory/role-source.ts';
import { requestSource } from './role-sources.ts';

interface SharesOfPerson {
  readonly tenant: string;
  readonly subject: string;
  /** The Permit keys of the reports. */
  readonly reports: readonly string[];
}

export interface ShareSourcesDeps {
  /** A user's roles on reports from requests. `endsAt`: `null` for no end. */
  readonly requestedShares: (
    tenant: string,
    subject: string,
  ) => Promise<
    readonly {
      readonly instance: string;
      readonly role: string;
      readonly requestId: string;
      readonly endsAt: Date | null;
    }[]
  >;
  /** Who assigned a user's roles on these reports in this console. */
  readonly givenShares: (of: SharesOfPerson) => Promise<
    readonly {
      readonly report: string;
      readonly role: string;
      /** The Permit key of the assigner. */
      readonly by: string;
      readonly at: Date;
    }[]
  >;
  readonly findPeople: FindPeople;
}

/** `null`: inherited from a collection, assigned outside of this console, or assigned to the creator. */
export type FindShareSource = (report: string, role: string) => RoleSource | null;

/**
 * Reads the sources of a user's roles on these reports: a request with an active grant, or the last assignment in the
 * console.
 */
export function createLoadShareSources({ requestedShares, givenShares, findPeople }: ShareSourcesDeps) {
  return async (of: SharesOfPerson): Promise<FindShareSource> => {
    const [requested, given] = await Promise.all([requestedShares(of.tenant, of.subject), givenShares(of)]);
    const names = await findPeople(given.map(({ by }) => by));
    return (report, role) => {
      const request = requested.find((one) => one.instance === report && one.role === role);
      if (request !== undefined) return requestSource(request);
      const gift = given.find((one) => one.report === report && one.role === role);
      if (gift === undefined) return null;
      const { by, at } = gift;
      return { kind: 'hand', by: names.get(by) ?? { key: by, name: null }, at: at.toISOString() };
    };
  };
}
