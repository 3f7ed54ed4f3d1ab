import type { ReportedPerson } from './holders.ts';
import type { ReportSources } from './report-sources.ts';

/** Members are read from the table; the names of others, who left or have no role, from Permit if it is available. */
export async function namesOf(
  { people, findPeople }: Pick<ReportSources, 'people' | 'findPeople'>,
  tenant: string,
  keys: readonly string[],
): Promise<(key: string) => ReportedPerson> {
  const wanted = [...new Set(keys)];
  const members = new Map((await people.among(tenant, wanted)).map((one) => [one.key, one]));
  const others = await findPeople(wanted.filter((key) => !members.has(key)));
  return (key) => members.get(key) ?? others.get(key) ?? { key, name: null };
}
