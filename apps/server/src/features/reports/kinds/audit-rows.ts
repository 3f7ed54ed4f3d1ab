import type { ChangeRow, DenialRow, ReportedPerson } from './report-content.ts';
import type { DeniedActor, RecordedChange, ReportSources } from './report-sources.ts';

type Names = Pick<ReportSources, 'people' | 'findPeople'>;

export async function denialRows(
  names: Names,
  tenant: string,
  denied: readonly DeniedActor[],
): Promise<DenialRow[]> {
  const named = await namesOf(
    names,
    tenant,
    denied.map(({ actor }) => actor),
  );
  return denied.map(({ actor, permission, times, instances, firstAt, lastAt }) => ({
    ...named(actor),
    permission,
    times,
    instances,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  }));
}

export async function changeRows(
  names: Names,
  tenant: string,
  changes: readonly RecordedChange[],
): Promise<ChangeRow[]> {
  const keys = changes.flatMap(({ actor, subject }) => [actor, subject]).filter((key) => key !== null);
  const named = await namesOf(names, tenant, keys);
  const personOf = (key: string | null): ReportedPerson | null => (key === null ? null : named(key));
  return changes.map(({ id, at, action, outcome, actor, subject, resource, instance, detail }) => ({
    id,
    at,
    action,
    outcome,
    actor: personOf(actor),
    subject: personOf(subject),
    resource,
    instance,
    before: recordIn(detail?.['before']),
    after: recordIn(detail?.['after']),
  }));
}

/** Members are in the table; the names of others, who left or have no role, are asked of Permit as far as it answers. */
async function namesOf({ people, findPeople }: Names, tenant: string, keys: readonly string[]) {
  const wanted = [...new Set(keys)];
  const members = new Map((await people.among(tenant, wanted)).map((one) => [one.key, one]));
  const others = await findPeople(wanted.filter((key) => !members.has(key)));
  return (key: string): ReportedPerson => members.get(key) ?? others.get(key) ?? { key, name: null };
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? { ...value } : null;
}
