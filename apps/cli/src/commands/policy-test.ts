import { permissionsOf, type Policy } from '@latchkey/permissions';
import { createTestPermissions, type Facts } from '@latchkey/permissions/testing';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ActionableError, messageOf } from '../actionable-error.ts';
import { readText } from '../files.ts';
import type { AddPolicyCommand } from '../policy/load-table.ts';
import { paintOf } from '../policy/paint.ts';

export const addPolicyTest: AddPolicyCommand = (policy, deps) => {
  policy
    .command('test')
    .description('check the table against files of expectations, in process')
    .argument('<files...>', 'YAML or JSON: facts and expected decisions')
    .action(async (files: readonly string[]) => {
      const table = await deps.table();
      const paint = paintOf(deps);
      let count = 0;
      let failed = 0;
      for (const file of files) {
        const read = await readExpectations(file, table); // oxlint-disable-line no-await-in-loop -- results are printed in the order of the files
        const failures = failuresIn(read);
        count += read.expectations.length;
        failed += failures.length;
        for (const { expected, why } of failures) {
          deps.print(`${paint('red', 'failed')} ${expected} ${paint('dim', file)}`);
          for (const line of why.split('\n')) deps.print(`    ${line}`);
        }
      }
      deps.print(
        failed === 0 ? `${count} expectations hold.` : `${failed} of ${count} expectations do not hold.`,
      );
      deps.exitWith(failed === 0 ? 0 : 1);
    });
};

function failuresIn({ permissions, expectations }: Expectations) {
  return expectations.flatMap(
    ({ as: subject, in: tenant, on, permission, isAllowed, attributes, context }) => {
      const user = permissions.as(subject, tenant);
      const about = { key: on?.slice(on.indexOf(':') + 1), attributes, context };
      if (user.can(permission, about) === isAllowed) return [];
      const expected = `${subject} ${isAllowed ? 'can' : 'cannot'} ${permission}${on === undefined ? '' : ` on ${on}`} in ${tenant}`;
      return [{ expected, why: user.why(permission, about).text }];
    },
  );
}

function invalid(file: string, problems: string): ActionableError {
  return new ActionableError('POLICY_TEST_INVALID', {
    says: `${file} cannot be checked against the table:\n${problems}`,
    fix: 'Correct the file, or name its table with --table.',
  });
}

const text = z.string();
const values = z.record(text, z.unknown());
const rolesByTenantOrInstance = z.record(text, z.array(text));
const permission = z.templateLiteral([text, ':', text]);
const list = z
  .union([permission, z.array(permission)])
  .transform((given) => (typeof given === 'string' ? [given] : given))
  .default([]);
const instance = text.regex(/^[^:]+:./, 'must be an instance, as "resource:key"');

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

type Expectations = Awaited<ReturnType<typeof readExpectations>>;

/** YAML, of which JSON is a subset. */
async function readExpectations(file: string, policy: Policy) {
  const document = parseDocument(await readText(file));
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) throw invalid(file, syntaxError.message.trimEnd());
  const parsed = File.safeParse(document.toJS());
  if (!parsed.success) throw invalid(file, z.prettifyError(parsed.error));
  const { facts, tests } = parsed.data;
  const expectations = tests.flatMap(({ allow, deny, ...test }) => [
    ...allow.map((permission) => ({ ...test, permission, isAllowed: true })),
    ...deny.map((permission) => ({ ...test, permission, isAllowed: false })),
  ]);
  const problems = [
    ...unknownInFacts(policy, facts),
    ...expectations.flatMap((one) => unknownIn(policy, one)),
  ];
  if (problems.length > 0) throw invalid(file, [...new Set(problems)].join('\n'));
  try {
    return { permissions: createTestPermissions(policy, facts), expectations };
  } catch (error) {
    throw invalid(file, messageOf(error));
  }
}

/** A name that the table does not have grants nothing, so every "deny" would pass for the wrong reason. */
function unknown(kind: string, names: readonly string[], known: object = {}): string[] {
  return names.filter((name) => !Object.hasOwn(known, name)).map((name) => `There is no ${kind}${name}.`);
}

function unknownInFacts(
  { roles, resources, userAttributes }: Policy,
  { users = {}, instances = {} }: Facts,
): string[] {
  const ofUsers = Object.values(users).flatMap((user) => [
    ...unknown('role ', Object.values(user.roles ?? {}).flat(), roles),
    ...Object.entries(user.instanceRoles ?? {}).flatMap(([object, held = []]) => {
      const [resource = ''] = object.split(':');
      return unknown(`role ${resource}#`, held, resources[resource]?.roles);
    }),
    ...unknown('user attribute ', Object.keys(user.attributes ?? {}), userAttributes),
  ]);
  const ofInstances = Object.entries(instances).flatMap(([object, instance]) => {
    const [resource = ''] = object.split(':');
    const known = resources[resource];
    if (known === undefined) return [`There is no resource ${resource}.`];
    return [
      ...unknown(`relation ${resource}.`, Object.keys(instance?.relations ?? {}), known.relations),
      ...unknown(`attribute ${resource}.`, Object.keys(instance?.attributes ?? {}), known.attributes),
    ];
  });
  return [...ofUsers, ...ofInstances];
}

function unknownIn(
  policy: Policy,
  { permission, on, attributes = {} }: { permission: string; on?: string | undefined; attributes?: object },
): string[] {
  if (!permissionsOf(policy).some((known) => known === permission))
    return [`There is no permission ${permission}.`];
  const [resource = ''] = permission.split(':');
  if (on !== undefined && !on.startsWith(`${resource}:`))
    return [`${permission} cannot be checked on ${on}.`];
  return unknown(`attribute ${resource}.`, Object.keys(attributes), policy.resources[resource]?.attributes);
}
