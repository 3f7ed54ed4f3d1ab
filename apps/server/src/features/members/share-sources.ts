import type { FindPeople } from '../../auth/people.ts';
import type { RoleSource } from '../../auth/role-source.ts';
import { requestSource } from './role-sources.ts';

interface SharesOfPerson {
  readonly tenant: string;
  readonly subject: string;
  /** Their keys in Permit. */
  readonly reports: readonly string[];
}

export interface ShareSourcesDeps {
  /** The roles on reports that requests give somebody. `endsAt`: `null` for good. */
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
  /** Who gave somebody roles on these reports, as far as it was done in this console. */
  readonly givenShares: (of: SharesOfPerson) => Promise<
    readonly {
      readonly report: string;
      readonly role: string;
      /** The key in Permit of who gave it. */
      readonly by: string;
      readonly at: Date;
    }[]
  >;
  readonly findPeople: FindPeople;
}

/** `null`: a collection passes it down, or it was given outside of this console, or to who created the report. */
export type FindShareSource = (report: string, role: string) => RoleSource | null;

/**
 * Reads where the roles of a person on these reports come from: from a request whose grant is not over, or from whoever gave it
 * last in the console.
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
