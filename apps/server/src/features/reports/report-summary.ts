import type { ReportKind } from './kinds/kinds.ts';
import { namesOf, type NameReaders } from './kinds/report-kind.ts';
import type { Report } from './report-store.ts';
import type { OwnerReader, OwnersByInstance } from './shares/read-owners.ts';

export function summaryOf(
  { id, title, kind, status, classification, createdAt, publishedAt }: Report,
  ownersOf: OwnersOf,
) {
  return {
    id,
    title,
    kind: kind as ReportKind, // oxlint-disable-line typescript/no-unsafe-type-assertion -- only a parsed request is stored
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

export interface OwnerReaders extends NameReaders {
  readonly owners: OwnerReader;
}

/** Reads the owners of these reports and collections, `reports:<id>`, with their names. */
export async function readOwners(
  deps: OwnerReaders,
  tenant: string,
  instances: readonly string[],
): Promise<OwnersOf> {
  const found = await deps.owners.find(tenant, instances);
  return found === null ? () => null : nameOwners(deps, tenant, found);
}

export async function nameOwners(
  deps: NameReaders,
  tenant: string,
  found: OwnersByInstance,
): Promise<(instance: string) => readonly OwnerView[]> {
  const personOf = await namesOf(deps, tenant, [...found.values()].flat());
  return (instance) =>
    (found.get(instance) ?? []).map((key) => {
      const { name, email = null, isMachine = false } = personOf(key);
      return { key, name: name ?? email, isMachine };
    });
}

export function instancesOf(
  resource: 'reports' | 'collections',
  all: readonly { readonly id: string }[],
): string[] {
  return all.map(({ id }) => `${resource}:${id}`);
}
