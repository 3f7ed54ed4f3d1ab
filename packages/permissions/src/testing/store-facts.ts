import type { Permit } from 'permitio';
import type { Facts } from './facts.ts';
import { toJson } from './to-json.ts';
import { tuplesOf } from './tuples.ts';

/* oxlint-disable no-await-in-loop -- what follows refers to what came before */

/** Stores facts with the vendor's SDK, in the order in which Permit takes them. */
export async function storeFacts({ api }: Permit, facts: Facts): Promise<void> {
  for (const [key, { attributes = {} }] of Object.entries(facts.tenants ?? {})) {
    await api.tenants.create({ key, name: key, attributes: toJson(attributes) });
  }
  const instances = Object.entries(facts.instances ?? {});
  for (const [object, instance] of instances) {
    const [resource = '', key = ''] = object.split(':');
    const { tenant = '', attributes = {} } = instance ?? {};
    await api.resourceInstances.create({ resource, key, tenant, attributes: toJson(attributes) });
  }
  for (const tuple of tuplesOf(facts)) await api.relationshipTuples.create({ ...tuple });
  for (const [key, { roles = {}, instanceRoles = {}, attributes = {} }] of Object.entries(
    facts.users ?? {},
  )) {
    const inTenants = Object.entries(roles).flatMap(([tenant, held]) =>
      held.map((role) => ({ role, tenant })),
    );
    await api.users.create({ key, attributes: toJson(attributes), role_assignments: inTenants });
    for (const [resource_instance, held = []] of Object.entries(instanceRoles)) {
      const tenant = instances.find(([object]) => object === resource_instance)?.[1]?.tenant ?? '';
      for (const role of held)
        await api.roleAssignments.assign({ user: key, role, resource_instance, tenant });
    }
  }
}
