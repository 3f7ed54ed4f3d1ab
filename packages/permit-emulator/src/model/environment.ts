import type { Store } from '@latchkey/emulator-kit';
import type { World } from '@latchkey/permit-engine';
import { newId } from '../ids.ts';
import { createPropagation } from './propagation.ts';
import {
  assignmentKey,
  objectOf,
  setRuleKey,
  tupleKey,
  type AssignmentRecord,
  type ConditionSetRecord,
  type InstanceRecord,
  type ProxyConfigRecord,
  type ResourceRecord,
  type RoleRecord,
  type SetRuleRecord,
  type Stamped,
  type TenantRecord,
  type TupleRecord,
  type UserInviteRecord,
  type UserRecord,
} from './records.ts';
import { createFactIndex, type FactIndex, createTupleIndex, type TupleIndex } from './fact-index.ts';
import { createSchemaIndex, type SchemaIndex } from './schema-index.ts';
import { createTable, type Listener, type Table } from './table.ts';

/** The engine's `World` of one environment. Every change updates it; it is never rebuilt. */
interface WorldIndex extends World {
  readonly facts: FactIndex;
  readonly tuples: TupleIndex;
  readonly schema: SchemaIndex;
}

function createWorldIndex(): WorldIndex {
  const facts = createFactIndex();
  const tuples = createTupleIndex();
  const schema = createSchemaIndex();
  return { facts, tuples, schema, useDebugger: true, ...facts.world, ...tuples.world, ...schema.world };
}

/** The hosted PDP does not support condition sets. */
function withoutConditions(world: World): World {
  return {
    ...world,
    conditionSets: () => [],
    conditionSet: () => undefined,
    conditionSetRules: () => undefined,
  };
}

export interface Scope {
  readonly organization_id: string;
  readonly project_id: string;
  readonly environment_id: string;
}

export interface EnvironmentOptions {
  readonly store: Store;
  readonly scope: Scope;
  readonly now: () => Date;
  /** Milliseconds until the PDP sees a change. */
  readonly propagationDelay: number;
  readonly vendorQuirks: boolean;
  readonly strict: boolean;
  readonly hostedPdp: boolean;
}

/** Deleting the environment empties these collections. */
export const tableNames = [
  'users',
  'tenants',
  'roles',
  'resources',
  'instances',
  'assignments',
  'tuples',
  'conditionSets',
  'setRules',
  'proxyConfigs',
  'userInvites',
] as const;

type TableName = (typeof tableNames)[number];

export function collectionName(environmentId: string, table: TableName): string {
  return `${environmentId}/${table}`;
}

function byKey({ key }: { readonly key: string }): string {
  return key;
}

export type Environment = ReturnType<typeof openEnvironment>;

export function openEnvironment(options: EnvironmentOptions) {
  const { store, scope, propagationDelay } = options;
  const open = <T extends { readonly id: string }>(name: TableName, keyOf: (record: T) => string): Table<T> =>
    createTable(store.collection<T>(collectionName(scope.environment_id, name)), keyOf);

  const tables = {
    users: open<UserRecord>('users', byKey),
    tenants: open<TenantRecord>('tenants', byKey),
    roles: open<RoleRecord>('roles', byKey),
    resources: open<ResourceRecord>('resources', byKey),
    instances: open<InstanceRecord>('instances', objectOf),
    assignments: open<AssignmentRecord>('assignments', assignmentKey),
    tuples: open<TupleRecord>('tuples', tupleKey),
    conditionSets: open<ConditionSetRecord>('conditionSets', byKey),
    setRules: open<SetRuleRecord>('setRules', setRuleKey),
    proxyConfigs: open<ProxyConfigRecord>('proxyConfigs', byKey),
    userInvites: open<UserInviteRecord>('userInvites', ({ id }) => id),
  };

  const propagation = createPropagation(propagationDelay);
  const index = createWorldIndex();
  const pdp = propagationDelay === 0 ? index : createWorldIndex();
  const feed = <T>(table: Table<T>, into: (world: WorldIndex) => Listener<T>): void => {
    table.subscribe(into(index));
    if (pdp === index) return;
    const arrive = into(pdp);
    table.subscribe((before, after) => propagation.publish(() => arrive(before, after)));
  };
  feed(tables.users, (world) => world.facts.users);
  feed(tables.tenants, (world) => world.facts.tenants);
  feed(tables.instances, (world) => world.facts.instances);
  feed(tables.assignments, (world) => world.facts.assignments);
  feed(tables.tuples, (world) => world.tuples.apply);
  feed(tables.resources, (world) => world.schema.resources);
  feed(tables.roles, (world) => world.schema.roles);
  feed(tables.conditionSets, (world) => world.schema.conditionSetRecords);
  feed(tables.setRules, (world) => world.schema.setRules);

  const now = (): string => options.now().toISOString();
  return {
    ...tables,
    scope,
    /** The state as the management API sees it. */
    index,
    /** The state as the PDP sees it: without the changes that have not reached it yet. */
    pdp: options.hostedPdp ? withoutConditions(pdp) : pdp,
    propagation,
    vendorQuirks: options.vendorQuirks,
    /** See `domain/strict.ts`. */
    strict: options.strict,
    now,
    stamp(): Stamped {
      const at = now();
      return { id: newId(), created_at: at, updated_at: at };
    },
  };
}

export function blankResource(env: Environment, key: string): ResourceRecord {
  return {
    ...env.stamp(),
    key,
    name: key,
    description: null,
    urn: null,
    type_attributes: null,
    actions: {},
    attributes: {},
    roles: {},
    relations: {},
    action_groups: {},
    built_in: false,
  };
}
