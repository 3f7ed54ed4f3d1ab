import type { JsonObject } from '@latchkey/permit-engine';
import { z } from 'zod/v4';
import type { ListFacts } from '../list/plan-list.ts';
import { ListNotPlannableError, maxListKeys, type ListQuestion } from '../list/list-plan.ts';
import { PdpOutage } from './pdp-client.ts';

/** A POST if there is a body, otherwise a GET, with a deadline and retries. */
export type CallPdp = <Schema extends z.ZodType<object>>(
  path: string,
  body: unknown,
  schema: Schema,
) => Promise<z.output<Schema>>;

const Attributes: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** By `__tenant:<tenant>` and `<type>:<instance>`. */
const HeldResponse = z.record(
  z.string(),
  z.looseObject({
    roles: z.array(z.string()).nullish(),
    permissions: z.array(z.string()).nullish(),
    tenant: z.looseObject({ attributes: Attributes.nullish() }).nullish(),
  }),
);

const AssignmentsResponse = z.array(
  z.looseObject({ user: z.string(), role: z.string(), resource_instance: z.string().nullish() }),
);

const DebugResponse = z.object({
  debug: z
    .looseObject({ request: z.looseObject({ user: z.looseObject({ attributes: Attributes }) }) })
    .nullish(),
});

/** The maximum that the PDP allows. */
const pageSize = 100;

export function pdpListFacts(call: CallPdp, { subject, tenant, permission }: ListQuestion): ListFacts {
  const [type = '', action] = permission.split(':');
  const user = { key: subject };
  const heldAs = (resourceType: string) =>
    call('/user-permissions', { user, tenants: [tenant], resource_types: [resourceType] }, HeldResponse);

  return {
    async inTenant() {
      const held = (await heldAs('__tenant'))[`__tenant:${tenant}`];
      return {
        roles: held?.roles ?? [],
        permissions: held?.permissions ?? [],
        attributes: held?.tenant?.attributes ?? {},
      };
    },
    async heldOn(resource) {
      const held = await heldAs(resource);
      return Object.entries(held).flatMap(([object, { roles, permissions }]) => {
        const key = keyOf(resource, object);
        return key === undefined ? [] : [{ key, roles: roles ?? [], permissions: permissions ?? [] }];
      });
    },
    async assignedOn(resource) {
      const assigned = [];
      for await (const { user: holder, role, resource_instance: object } of assignments(call, {
        user: subject,
        tenant,
        resource,
      })) {
        const key = keyOf(resource, object ?? '');
        if (holder === subject && key !== undefined) assigned.push({ key, role });
      }
      return assigned;
    },
    async userAttributes() {
      const question = {
        user,
        action,
        // A PDP that does not support conditions refuses attributes.
        resource: { type, tenant, attributes: { type } },
        context: {},
      };
      const { debug } = await onlyOwnPdp([501], () => call('/allowed', question, DebugResponse));
      if (debug?.request.user.attributes !== undefined) return debug.request.user.attributes;
      throw lacking('report the attributes of a user: its debug output is off');
    },
  };
}

/** @throws {ListNotPlannableError} `too_many_keys` */
async function* assignments(call: CallPdp, filter: Readonly<Record<string, string>>) {
  for (let page = 1; page <= maxListKeys / pageSize; page += 1) {
    const query = new URLSearchParams({ ...filter, page: String(page), per_page: String(pageSize) });
    // oxlint-disable-next-line no-await-in-loop -- the length of a page shows whether there is another
    const found = await onlyOwnPdp([404], () =>
      call(`/local/role_assignments?${query}`, undefined, AssignmentsResponse),
    );
    yield* found;
    if (found.length < pageSize) return;
  }
  const message = `The user has more than ${maxListKeys} roles on ${filter['resource']}: grant the permission in the tenant.`;
  throw new ListNotPlannableError('too_many_keys', message);
}

/** With the statuses `missing`, the PDP that Permit hosts reports that it lacks a feature. */
async function onlyOwnPdp<Result>(missing: readonly number[], ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof PdpOutage) || !missing.includes(cause.pdpStatus ?? 0)) throw cause;
    throw missing.includes(404)
      ? lacking('list role assignments: plan without `relations`, or run a PDP of your own', cause)
      : lacking('decide by attributes, and a rule of the policy needs that: run a PDP of your own', cause);
  }
}

function lacking(what: string, cause?: unknown): ListNotPlannableError {
  return new ListNotPlannableError('unsupported_pdp', `This PDP does not ${what}.`, { cause });
}

function keyOf(resource: string, object: string): string | undefined {
  return object.startsWith(`${resource}:`) ? object.slice(resource.length + 1) : undefined;
}
