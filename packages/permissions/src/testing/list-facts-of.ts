import { userPermissions, type UserPermissionsQuery, type World } from '@latchkey/permit-engine';
import { askEngine } from '../facts/ask-engine.ts';
import type { ListFacts } from '../list/list-facts.ts';
import type { ListQuestion } from '../list/list-plan.ts';

/** The facts for planning a list, in process. */
export function listFactsOf(world: World, { subject, tenant, permission }: ListQuestion): ListFacts {
  const ask = (resource_types: UserPermissionsQuery['resource_types']) =>
    userPermissions(world, { user: { key: subject }, tenants: [tenant], resource_types });
  return {
    inTenant() {
      const held = ask(['__tenant'])[`__tenant:${tenant}`];
      const { roles = [], permissions = [] } = held ?? {};
      return Promise.resolve({ roles, permissions, attributes: held?.tenant?.attributes ?? {} });
    },
    heldOn: (resource) =>
      Promise.resolve(
        Object.entries(ask([resource])).map(([object, { roles, permissions }]) => ({
          key: object.slice(resource.length + 1),
          roles,
          permissions,
        })),
      ),
    assignedOn(resource) {
      const assigned = [...(world.user(subject)?.instanceRoles ?? [])];
      return Promise.resolve(
        assigned.flatMap(([object, roles]) =>
          object.startsWith(`${resource}:`) && world.resourceInstance(object)?.tenant === tenant
            ? [...roles].map((role) => ({ key: object.slice(resource.length + 1), role }))
            : [],
        ),
      );
    },
    userAttributes() {
      const { debug } = askEngine(world, { subject, tenant, permission });
      return Promise.resolve(debug?.request.user.attributes ?? {});
    },
  };
}
