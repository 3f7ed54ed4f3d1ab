import { allows, type World } from '@latchkey/permit-engine';
import type { Check, DenyReason } from '../decision.ts';
import { Changes } from './changes.ts';
import type { EnvironmentPolicy } from './environment-world.ts';
import { LocalFacts } from './local-facts.ts';

/** What a snapshot is read from, each as a whole. */
export const parts = ['policy', 'users', 'role_assignments', 'relationship_tuples'] as const;
/** One of what a snapshot is read from. */
export type Part = (typeof parts)[number];

/** When a part began to be read. */
export interface Began {
  /** The number of changes until then. */
  readonly sequence: number;
  /** Milliseconds, monotonic. */
  readonly at: number;
}

const never: Began = { sequence: -1, at: Number.NEGATIVE_INFINITY };

/** The policy and the facts of an environment as they were read, how old they are, and what has changed since. */
export class Snapshot {
  readonly facts = new LocalFacts();
  readonly changes = new Changes();
  readonly #maxAge: number;
  readonly #began = new Map<Part, Began>();
  #oldest = never;
  #world: World | undefined;
  #policy: EnvironmentPolicy | undefined;

  constructor(maxAge: number) {
    this.#maxAge = maxAge;
  }

  /** When the part began to be read that is in use; `undefined` when it has to be read. */
  began(part: Part): Began | undefined {
    const began = this.#began.get(part);
    return began !== undefined && began.sequence >= this.changes.everything ? began : undefined;
  }

  /** Milliseconds since the oldest part began to be read; `undefined` while one has to be read. */
  get age(): number | undefined {
    const { sequence, at } = this.#oldest;
    return sequence < this.changes.everything ? undefined : performance.now() - at;
  }

  get isFresh(): boolean {
    const { age } = this;
    return age !== undefined && age <= this.#maxAge;
  }

  setPolicy(policy: EnvironmentPolicy): void {
    this.#policy = policy;
    this.#world = { ...policy.world, ...this.facts.world };
  }

  /** A part is in use that began to be read then. */
  replaced(part: Part, began: Began): void {
    this.#began.set(part, began);
    this.changes.listRead(began.sequence);
    const all = parts.map((name) => this.#began.get(name) ?? never);
    this.#oldest = {
      sequence: Math.min(...all.map(({ sequence }) => sequence)),
      at: Math.min(...all.map(({ at }) => at)),
    };
    this.changes.forget(this.#oldest.sequence);
  }

  /** Forgets everything that was read. */
  clear(): void {
    this.#began.clear();
    this.#oldest = never;
    this.#world = undefined;
    this.facts.clear();
  }

  /**
   * Whether roles allow the check, or why nothing does. `undefined`: that cannot be told here. The snapshot is too old, the person,
   * an instance or the permission is unknown or has just changed, or a rule might allow it by attributes.
   */
  verdict({ subject, tenant, permission, instance }: Check): 'allow' | DenyReason | undefined {
    const [world, policy] = [this.#world, this.#policy];
    if (world === undefined || policy === undefined || !this.isFresh) return undefined;
    if (this.changes.users.unread(subject) !== undefined || !policy.permissions.has(permission))
      return undefined;
    const user = world.user(subject);
    if (user === undefined) return undefined;
    const colon = permission.indexOf(':');
    const [type, action] = [permission.slice(0, colon), permission.slice(colon + 1)];
    const allowed = (key?: string): boolean =>
      allows(world, { user: { key: subject }, action, resource: { type, tenant, key } });
    // A role on any instance may have come from one that has changed.
    const asWhole = instance === undefined || this.changes.instances.allUnread().size > 0;
    if (allowed(asWhole ? undefined : instance)) return 'allow';
    if ((instance !== undefined && asWhole) || policy.byRules.has(permission)) return undefined;
    return (user.tenantRoles.get(tenant)?.size ?? 0) > 0 ? 'no_permission' : 'no_role_in_tenant';
  }
}
