import { RequestError } from './request-error.ts';

/** @throws RequestError 422 when another record has this name */
export function refuseDuplicateName(
  collection: { findBy(index: 'name', value: string): { id: string }[] },
  name?: string,
  self?: string,
): void {
  if (name === undefined || collection.findBy('name', name).every(({ id }) => id === self)) return;
  throw new RequestError('entity.unique_integrity_violation', 422);
}

/** @throws RequestError 422 when one of the records has another type, as a constraint of the table says */
export function refuseWrongType(
  collection: { get(id: string): { type: string } | undefined },
  recordIds: readonly string[],
  type: 'User' | 'MachineToMachine',
): void {
  const isWrong = (id: string): boolean => (collection.get(id)?.type ?? type) !== type;
  if (recordIds.some(isWrong)) throw new RequestError('entity.db_constraint_violated', 422);
}

/** @throws RequestError 422 when one of the ids does not exist */
export function refuseUnknownIds(
  collection: { has(id: string): boolean },
  scopeIds: readonly string[],
): void {
  if (scopeIds.some((id) => !collection.has(id)))
    throw new RequestError('entity.relation_foreign_key_not_found', 422);
}
