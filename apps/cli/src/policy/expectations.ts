import { permissionsOf, type Policy } from '@latchkey/permissions';
import type { Facts } from '@latchkey/permissions/testing';
import { parse } from 'yaml';
import { z } from 'zod';

/** An expected permission, or its absence, for a user. */
export interface Expectation {
  readonly subject: string;
  readonly tenant: string;
  readonly permission: string;
  readonly expected: 'allow' | 'deny';
  readonly key: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

export interface Expectations {
  readonly facts: Facts;
  readonly expectations: readonly Expectation[];
}

/**
 * The file has an invalid shape, or uses names that the table does not have. `message` lists every problem, one per
 * line.
 */
class ExpectationsError extends Error {
  override readonly name = 'ExpectationsError';
  readonly code = 'POLICY_TEST_INVALID';
}

const text = z.string();
const values = z.record(text, z.unknown());
const rolesByTenantOrInstance = z.record(text, z.array(text));
const oneOrMore = z.union([text, z.array(text)]);
const list = oneOrMore.transform((given) => (typeof given === 'string' ? [given] : given)).default([]);
const instance = text.regex(/^[^:]+:[^:]+$/, 'must be an instance, as "resource:key"');

const File = z.strictObject({
  facts: z.strictObject({
    users: z
      .record(
        text,
        z.strictObject({
          roles: rolesByTenantOrInstance.exactOptional(),
          instanceRoles: rolesByTenantOrInstance.exactOptional(),
          attributes: values.exactOptional(),
          email: text.exactOptional(),
        }),
      )
      .exactOptional(),
    tenants: z.record(text, z.strictObject({ attributes: values.exactOptional() })).exactOptional(),
    instances: z
      .record(
        instance,
        z.strictObject({
          tenant: text,
          attributes: values.exactOptional(),
          relations: z.record(text, z.union([instance, z.array(instance)])).exactOptional(),
        }),
      )
      .exactOptional(),
  }),
  tests: z.array(
    z.strictObject({
      /** The user. */
      as: text,
      /** The tenant. */
      in: text.default('default'),
      /** The resource instance. Without it, the expectation is about the resource type. */
      on: instance.optional(),
      attributes: values.exactOptional(),
      context: values.exactOptional(),
      allow: list,
      deny: list,
    }),
  ),
});

/** Reads expectations from YAML, which includes JSON. @throws {ExpectationsError} */
export function readExpectations(source: string, policy: Policy): Expectations {
  const parsed = File.safeParse(parse(source));
  if (!parsed.success) throw new ExpectationsError(z.prettifyError(parsed.error));
  const { facts, tests } = parsed.data;
  const expectations = tests.flatMap(({ as: subject, in: tenant, on, allow, deny, ...about }) => {
    const each = (expected: Expectation['expected']) => (permission: string) => {
      const key = on?.slice(on.indexOf(':') + 1);
      return {
        subject,
        tenant,
        permission,
        expected,
        key,
        attributes: about.attributes,
        context: about.context,
        on,
      };
    };
    return [...allow.map(each('allow')), ...deny.map(each('deny'))];
  });
  const problems = [
    ...unknownRoles(policy, facts),
    ...unknownInstances(policy, facts),
    ...expectations.flatMap(({ permission, on }) => {
      if (!permissionsOf(policy).some((known) => known === permission))
        return [`There is no permission ${permission}.`];
      const [resource = ''] = permission.split(':');
      return on === undefined || on.startsWith(`${resource}:`)
        ? []
        : [`${permission} cannot be checked on ${on}.`];
    }),
  ];
  if (problems.length > 0) throw new ExpectationsError([...new Set(problems)].join('\n'));
  return { facts, expectations };
}

/** A role that the table does not have grants nothing, so every "deny" would pass for the wrong reason. */
function unknownRoles({ roles, resources }: Policy, { users = {} }: Facts): string[] {
  return Object.values(users).flatMap(({ roles: inTenants = {}, instanceRoles = {} }) => [
    ...Object.values(inTenants)
      .flat()
      .filter((role) => !(role in roles))
      .map((role) => `There is no role ${role}.`),
    ...Object.entries(instanceRoles).flatMap(([object, onInstance = []]) => {
      const [resource = ''] = object.split(':');
      const known = resources[resource]?.roles ?? {};
      return onInstance
        .filter((role) => !(role in known))
        .map((role) => `There is no role ${resource}#${role}.`);
    }),
  ]);
}

/** The same for an instance or a link that Permit would refuse. */
function unknownInstances({ resources }: Policy, { instances = {} }: Facts): string[] {
  return Object.entries(instances).flatMap(([object, instance]) => {
    const [resource = ''] = object.split(':');
    const known = resources[resource];
    if (known === undefined) return [`There is no resource ${resource}.`];
    return Object.keys(instance?.relations ?? {})
      .filter((relation) => !(relation in (known.relations ?? {})))
      .map((relation) => `There is no relation ${resource}.${relation}.`);
  });
}
