import type { Connections } from './connections.ts';

/** A user as sync read them. */
interface SyncedPerson {
  readonly key: string;
  readonly logto: { readonly tenants: readonly string[] | undefined } | undefined;
  readonly permit: { readonly grants: readonly { readonly tenant: string }[] } | undefined;
}
type ReadPerson = SyncedPerson & {
  /** When the read began. */
  readonly readAt: Date;
};

interface Leaver {
  readonly tenant: string;
  readonly subject: string;
  readonly readAt: Date;
}

/** Ends the applications of users in the organizations that they have left, as sync reads them. Never rejects. */
export function createEndOfMemberships(
  connections: Pick<Connections, 'organizationsOf' | 'endOfMember'>,
  onError: (error: unknown) => void,
) {
  const leaversAmong = async (people: readonly ReadPerson[]): Promise<Leaver[]> => {
    const found = await connections.organizationsOf(people.map(({ key }) => key));
    const personOf = new Map(people.map((person) => [person.key, person]));
    return found.flatMap(({ tenant, subject }) => {
      const person = personOf.get(subject);
      return person === undefined || tenantsOf(person).includes(tenant)
        ? []
        : [{ tenant, subject, readAt: person.readAt }];
    });
  };
  const end = async (leavers: readonly Leaver[]): Promise<void> => {
    // A connection that is newer than the read may be of a new membership.
    for (const { readAt, ...where } of leavers) await connections.endOfMember(where, readAt); // oxlint-disable-line no-await-in-loop -- rarely more than one
  };
  const quietly = (work: Promise<void>): Promise<void> => work.catch(onError);
  return {
    onUsers: (people: readonly ReadPerson[]) => quietly(leaversAmong(people).then(end)),
    openReading() {
      const readAt = new Date();
      const leavers: Leaver[] = [];
      return {
        add: (people: readonly SyncedPerson[]) =>
          quietly(
            leaversAmong(people.map((person) => ({ ...person, readAt }))).then((found) => {
              leavers.push(...found);
            }),
          ),
        finish: () => quietly(end(leavers)),
      };
    },
  };
}

/** Without an answer of Logto, the tenants in which the user has a role. */
function tenantsOf({ logto, permit }: SyncedPerson): readonly string[] {
  return logto?.tenants ?? permit?.grants.map(({ tenant }) => tenant) ?? [];
}
