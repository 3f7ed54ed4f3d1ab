import { notFound } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type {
  ActionRecord,
  AttributeRecord,
  ByKey,
  RelationRecord,
  ResourceRecord,
  RoleRecord,
} from '../model/records.ts';
import type { ActionBlock, AttributeBlock, RoleBlock } from '../schemas/schema.ts';
import { buildRole, checkExtends, updatedRole } from './roles.ts';

/** A part's key, and the previous part with that key, whose identity the new one retains. */
interface Slot<T> {
  readonly key: string;
  readonly before?: T | undefined;
}

type Blocks<I> = Readonly<Record<string, I>>;

export function buildAction(
  env: Environment,
  { key, before }: Slot<ActionRecord>,
  input: ActionBlock,
): ActionRecord {
  return {
    ...(before ?? env.stamp()),
    key,
    name: input.name ?? key,
    description: input.description ?? null,
    attributes: input.attributes ?? {},
  };
}

export function buildAttribute(
  env: Environment,
  { key, before }: Slot<AttributeRecord>,
  input: AttributeBlock,
): AttributeRecord {
  return {
    ...(before ?? env.stamp()),
    key,
    type: input.type ?? 'string',
    description: input.description ?? null,
  };
}

function rebuild<I, T>(blocks: Blocks<I>, before: ByKey<T>, build: (slot: Slot<T>, input: I) => T): ByKey<T> {
  return mapValues(blocks, (input, key) =>
    build({ key, before: Object.hasOwn(before, key) ? before[key] : undefined }, input),
  );
}

export function buildActions(
  env: Environment,
  own: ResourceRecord,
  blocks: Blocks<ActionBlock>,
): ByKey<ActionRecord> {
  return rebuild(blocks, own.actions, (slot, block) => buildAction(env, slot, block));
}

export function buildAttributes(
  env: Environment,
  own: ResourceRecord,
  blocks: Blocks<AttributeBlock>,
): ByKey<AttributeRecord> {
  return rebuild(blocks, own.attributes, (slot, block) => buildAttribute(env, slot, block));
}

export function buildRelations(
  env: Environment,
  own: ResourceRecord,
  relations: Blocks<string>,
): ByKey<RelationRecord> {
  return rebuild(relations, own.relations, ({ key, before }, subject) => {
    const subject_resource = subject === own.key ? own.key : env.resources.find(subject)?.key;
    if (subject_resource === undefined) throw notFound('Resource', subject);
    return { ...env.stamp(), name: key, description: null, ...before, key, subject_resource };
  });
}

/** Roles may derive from each other, so all are built before any derivation is resolved. */
export function buildRoles(
  env: Environment,
  own: ResourceRecord,
  blocks: Blocks<RoleBlock>,
): ByKey<RoleRecord> {
  const inside = (draft: ResourceRecord, of: Blocks<RoleBlock>): ByKey<RoleRecord> =>
    rebuild(of, draft.roles, ({ key, before }, block) =>
      before === undefined
        ? buildRole(env, { key, ...block }, draft)
        : updatedRole(env, { role: before, own: draft }, block),
    );
  const bare = mapValues(blocks, (block) => ({ ...block, granted_to: undefined }));
  const roles = inside({ ...own, roles: inside(own, bare) }, blocks);
  for (const role of Object.values(roles)) checkExtends(role, (key) => roles[key]);
  return roles;
}

export function mapValues<T, R>(parts: ByKey<T>, read: (part: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, read(part, key)]));
}
