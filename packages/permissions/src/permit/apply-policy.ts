import type { Policy } from '../define-policy.ts';
import { permissionsOfRole } from '../grants.ts';
import { createPermitCaller, type CallPermit, type PermitManagementOptions } from './permit-management.ts';

export interface PolicyChange {
  readonly kind: 'resource' | 'resource role' | 'role';
  /** `reports`, `reports#owner`, `editor`. */
  readonly key: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/**
 * Brings Permit's environment to what the table says: resources first, then the roles on them, then tenant roles. What
 * the table does not name is left alone. Running it again changes nothing; after a failure, run it again.
 * @throws {PermitApiError}
 */
export async function applyPolicy(
  policy: Policy,
  options: PermitManagementOptions,
  report: (change: PolicyChange) => void = () => {},
): Promise<PolicyChange[]> {
  const call = createPermitCaller(options);
  const changes: PolicyChange[] = [];
  const note = (change: PolicyChange): void => {
    changes.push(change);
    report(change);
  };
  await applyResources(policy, call, note);
  await applyRoles(policy, call, note);
  return changes;
}

type Note = (change: PolicyChange) => void;

/** Creates what is missing, updates what differs, and tells which. */
async function settle<Present>(
  note: Note,
  { kind, key }: Pick<PolicyChange, 'kind' | 'key'>,
  steps: {
    readonly present: Present | undefined;
    readonly same: (present: Present) => boolean;
    readonly create: () => Promise<unknown>;
    readonly update: () => Promise<unknown>;
  },
): Promise<void> {
  if (steps.present === undefined) {
    await steps.create();
    note({ kind, key, change: 'created' });
  } else if (steps.same(steps.present)) {
    note({ kind, key, change: 'unchanged' });
  } else {
    await steps.update();
    note({ kind, key, change: 'updated' });
  }
}

/* oxlint-disable no-await-in-loop -- schema calls build on each other, and the vendor limits their rate */

async function applyResources(policy: Policy, call: CallPermit, note: Note): Promise<void> {
  const present = byKey(
    await call('list resources', (permit) => permit.api.resources.list({ perPage: 100 })),
  );
  for (const [key, { name = titleOf(key), actions: keys }] of Object.entries(policy.resources)) {
    const actions = Object.fromEntries(keys.map((action) => [action, {}]));
    await settle(
      note,
      { kind: 'resource', key },
      {
        present: present.get(key),
        same: (there) => there.name === name && sameMembers(Object.keys(there.actions ?? {}), keys),
        create: () =>
          call(`create resource ${key}`, (permit) => permit.api.resources.create({ key, name, actions })),
        update: () =>
          call(`update resource ${key}`, (permit) => permit.api.resources.update(key, { name, actions })),
      },
    );
    await applyResourceRoles({ policy, resource: key }, call, note);
  }
}

async function applyResourceRoles(
  { policy, resource }: { readonly policy: Policy; readonly resource: string },
  call: CallPermit,
  note: Note,
): Promise<void> {
  const roles = Object.entries(policy.resources[resource]?.roles ?? {});
  if (roles.length === 0) return;
  const present = byKey(
    await call(`list roles of ${resource}`, (permit) =>
      permit.api.resourceRoles.list({ resourceKey: resource, perPage: 100 }),
    ),
  );
  for (const [role, { name = titleOf(role), permissions: actions }] of roles) {
    const key = `${resource}#${role}`;
    const wanted = { name, permissions: [...actions] };
    await settle(
      note,
      { kind: 'resource role', key },
      {
        present: present.get(role),
        same: (there) => sameMembers((there.permissions ?? []).map(actionOf), actions),
        create: () =>
          call(`create role ${key}`, (permit) =>
            permit.api.resourceRoles.create(resource, { key: role, ...wanted }),
          ),
        update: () =>
          call(`update role ${key}`, (permit) => permit.api.resourceRoles.update(resource, role, wanted)),
      },
    );
  }
}

async function applyRoles(policy: Policy, call: CallPermit, note: Note): Promise<void> {
  const present = byKey(await call('list roles', (permit) => permit.api.roles.list({ perPage: 100 })));
  for (const [key, { name = titleOf(key) }] of Object.entries(policy.roles)) {
    const permissions: string[] = permissionsOfRole(policy, key);
    await settle(
      note,
      { kind: 'role', key },
      {
        present: present.get(key),
        same: (there) => there.name === name && sameMembers(there.permissions ?? [], permissions),
        create: () =>
          call(`create role ${key}`, (permit) => permit.api.roles.create({ key, name, permissions })),
        update: () =>
          call(`update role ${key}`, (permit) => permit.api.roles.update(key, { name, permissions })),
      },
    );
  }
}

/* oxlint-enable no-await-in-loop */

function byKey<One extends { readonly key: string }>(all: readonly One[]): Map<string, One> {
  return new Map(all.map((one) => [one.key, one]));
}

/** Permit answers `read` or `reports:read`, whichever it was given. */
function actionOf(permission: string): string {
  return permission.slice(permission.indexOf(':') + 1);
}

function sameMembers(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && new Set([...some, ...others]).size === some.length;
}

function titleOf(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
