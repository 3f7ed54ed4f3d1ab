import type { DirectoryPeople } from '../../directory/directory-person.ts';

/** The stored owner of a report or a collection. */
interface Owned {
  readonly ownerKey: string;
  readonly ownerName: string | null;
}

/** The owner for display. */
export interface OwnerView {
  readonly key: string;
  readonly name: string | null;
  readonly isMachine: boolean;
}

export type OwnerOf = (one: Owned) => OwnerView;

/** Reads which owners are machines; unknown for owners who are no longer members. */
export async function readOwners(
  people: Pick<DirectoryPeople, 'among'>,
  tenant: string,
  owned: readonly Owned[],
): Promise<OwnerOf> {
  const members = await people.among(tenant, [...new Set(owned.map(({ ownerKey }) => ownerKey))]);
  const machines = new Set(members.filter(({ isMachine }) => isMachine).map(({ key }) => key));
  return ({ ownerKey: key, ownerName: name }) => ({ key, name, isMachine: machines.has(key) });
}
