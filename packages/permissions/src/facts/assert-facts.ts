import { type Facts, tuplesOf } from './facts.ts';

/** Rejects facts that compile but that Permit's API would reject. @throws {TypeError} naming the fact. */
export function assertFacts(facts: Facts): void {
  const tenants = new Map(
    Object.entries(facts.instances ?? {}).map(([key, instance]) => [key, instance?.tenant]),
  );
  for (const [user, { instanceRoles = {} }] of Object.entries(facts.users ?? {})) {
    const unknown = Object.keys(instanceRoles).find((object) => !tenants.has(object));
    if (unknown !== undefined) throw new TypeError(`${user} has roles on ${unknown}, which is no instance.`);
  }
  for (const { subject, relation, object } of tuplesOf(facts)) {
    const invalid = (why: string) =>
      new TypeError(`The ${relation} of ${object} is ${subject}, which ${why}.`);
    if (!tenants.has(subject)) throw invalid('is no instance');
    if (tenants.get(subject) !== tenants.get(object)) throw invalid('belongs to another tenant');
  }
}
