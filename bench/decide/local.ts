import type { Decider, PermissionOf, Policy } from '../../packages/permissions/src/index.ts';
import { createLocalDecider } from '../../packages/permissions/src/local/index.ts';
import { start } from '../../packages/permit-emulator/src/index.ts';
import { actions, grants, resources, roleOf, roleQuestions, roles, tenantOf } from './model.ts';
import { serveDeciders } from './serve-deciders.ts';

const permissionsOf = (role: string): `${string}:${string}`[] =>
  resources.flatMap((resource) =>
    actions
      .filter((action) => grants(role, resource, action))
      .map((action) => `${resource}:${action}` as const),
  );

const [firstAction = '', ...otherActions] = actions;
const policy: Policy = {
  resources: Object.fromEntries(
    resources.map((resource) => [resource, { actions: [firstAction, ...otherActions] }]),
  ),
  roles: Object.fromEntries(roles.map((role) => [role, { permissions: permissionsOf(role) }])),
  defaultRole: 'role0',
};

/** Never asked: this row is about what is decided in process. */
const nobody: Decider<PermissionOf<Policy>> = {
  decide: () => Promise.reject(new Error('The PDP was asked.')),
  grants: () => Promise.reject(new Error('The PDP was asked.')),
};

/** `createLocalDecider`, as an application calls it, with the facts of an environment that it has read. */
await serveDeciders(async (users) => {
  const numbers = Array.from({ length: users }, (_, user) => user);
  const emulator = await start({
    seed: {
      resources: resources.map((key) => ({
        key,
        name: key,
        actions: Object.fromEntries(actions.map((action) => [action, {}])),
      })),
      roles: roles.map((key) => ({ key, name: key, permissions: permissionsOf(key) })),
      tenants: numbers.slice(0, 1_000).map((user) => ({ key: tenantOf(user), name: tenantOf(user) })),
      users: numbers.map((user) => ({
        key: `u${user}`,
        role_assignments: [{ role: roleOf(user), tenant: tenantOf(user) }],
      })),
    },
  });
  const hour = 3_600_000;
  const decider = createLocalDecider({
    policy,
    apiUrl: emulator.url,
    apiKey: emulator.keys.environment,
    pdp: nobody,
    mode: 'decide',
    pollEvery: hour,
    maxAge: hour,
  });
  await decider.refresh();
  await emulator.close();
  return {
    rbac: {
      questions: roleQuestions(users),
      async decide({ subject, tenant, resource, action }) {
        const [decision] = await decider.decide([{ subject, tenant, permission: `${resource}:${action}` }]);
        return decision?.outcome === 'allow';
      },
    },
  };
});
