import type { Report } from './report-store.ts';
import type { DirectoryPeople } from '../../directory/directory-person.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { OwnerReader, OwnersByInstance } from './shares/read-owners.ts';

export function summaryOf(
  { id, title, kind, status, classification, createdAt, publishedAt }: Report,
  ownersOf: OwnersOf,
) {
  return {
    id,
    title,
    kind,
    status,
    classification,
    owners: ownersOf(`reports:${id}`),
    createdAt: createdAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
  };
}

export interface OwnerView {
  readonly key: string;
  readonly name: string | null;
  readonly isMachine: boolean;
}

/** Direct owners first. Empty: nobody has the role. `null`: Permit could not be read. */
export type OwnersOf = (instance: string) => readonly OwnerView[] | null;

export interface OwnerReaders {
  readonly ownerReader: OwnerReader;
  readonly people: Pick<DirectoryPeople, 'among'>;
  readonly findPeople: FindPeople;
}

/** Reads the owners of these reports and collections, `reports:<id>`, with their names. */
export async function readOwners(
  deps: OwnerReaders,
  tenant: string,
  instances: readonly string[],
): Promise<OwnersOf> {
  const found = await deps.ownerReader.find(tenant, instances);
  return found === null ? () => null : nameOwners(deps, tenant, found);
}

export async function nameOwners(
  { people, findPeople }: Omit<OwnerReaders, 'ownerReader'>,
  tenant: string,
  found: OwnersByInstance,
): Promise<(instance: string) => readonly OwnerView[]> {
  const keys = [...new Set([...found.values()].flat())];
  const members = new Map((await people.among(tenant, keys)).map((one) => [one.key, one]));
  const others = await findPeople(keys.filter((key) => !members.has(key)));
  const viewOf = (key: string): OwnerView => {
    const member = members.get(key);
    const name = member?.name ?? member?.email ?? others.get(key)?.name ?? null;
    return { key, name, isMachine: (member ?? others.get(key))?.isMachine === true };
  };
  return (instance) => (found.get(instance) ?? []).map(viewOf);
}

export function instancesOf(
  resource: 'reports' | 'collections',
  all: readonly { readonly id: string }[],
): string[] {
  return all.map(({ id }) => `${resource}:${id}`);
}
