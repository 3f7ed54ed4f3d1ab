import type { Report } from './report-store.ts';
import type { DirectoryPeople } from '../../directory/directory-person.ts';
import type { FindPeople } from '../../directory/people.ts';

export function summaryOf(
  { id, title, kind, status, classification, createdAt, publishedAt, ...owned }: Report,
  ownerOf: OwnerOf,
) {
  return {
    id,
    title,
    kind,
    status,
    classification,
    owner: ownerOf(owned),
    createdAt: createdAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
  };
}

interface Owned {
  readonly ownerKey: string;
  readonly ownerName: string | null;
}

export interface OwnerView {
  readonly key: string;
  readonly name: string | null;
  readonly isMachine: boolean;
  /** Whether the account was deleted. Then `name` is `null`. */
  readonly isGone: boolean;
}

export type OwnerOf = (one: Owned) => OwnerView;

/** Reads which owners are machines, and which former members no longer have an account. */
export async function readOwners(
  {
    people,
    findPeople,
  }: { readonly people: Pick<DirectoryPeople, 'among'>; readonly findPeople: FindPeople },
  tenant: string,
  owned: readonly Owned[],
): Promise<OwnerOf> {
  const keys = new Set(owned.map(({ ownerKey }) => ownerKey));
  const members = new Map((await people.among(tenant, [...keys])).map((one) => [one.key, one]));
  const others = await findPeople([...keys].filter((key) => !members.has(key)));
  return ({ ownerKey: key, ownerName: name }) => {
    const isGone = others.get(key)?.isGone === true;
    const isMachine = (members.get(key) ?? others.get(key))?.isMachine === true;
    return { key, name: isGone ? null : name, isMachine, isGone };
  };
}
