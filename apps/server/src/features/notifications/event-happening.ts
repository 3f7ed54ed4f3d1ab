import { z } from 'zod';
import type { Happening, NotificationKind } from './notification.ts';

/** A stored change of somebody's access. */
export interface AccessEvent {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly actor: string | null;
  readonly resource: string | null;
  readonly instance: string | null;
  readonly detail: unknown;
}

/** The changes that somebody is told of when they are about them. */
export const toldActions: Readonly<Record<string, NotificationKind>> = {
  'request.approve': 'approved',
  'request.refuse': 'refused',
  'request.undo': 'reopened',
  'role.assign': 'role-given',
  'role.unassign': 'role-taken',
  'share.give': 'share-given',
  'share.take': 'share-taken',
  'grant.end': 'role-ended',
};

/** As the features record it: one role, or all of them before and after. */
const Side = z.object({
  role: z.string().optional(),
  roles: z.array(z.string()).optional(),
  request: z.string().optional(),
});
const Detail = z.object({ before: Side.optional(), after: Side.optional() });

/** `undefined` when it is not one that somebody is told of. */
export function happeningOf({
  id,
  at,
  action,
  actor,
  resource,
  instance,
  detail,
}: AccessEvent): Happening | undefined {
  const kind = toldActions[action];
  if (kind === undefined) return undefined;
  const { before = {}, after = {} } = Detail.safeParse(detail).data ?? {};
  return {
    id,
    kind,
    at: new Date(at),
    roles: changedRoles(before, after),
    on: resource === null || instance === null ? null : { resource, id: instance },
    by: actor,
    request: after.request ?? null,
    endsAt: null,
  };
}

function changedRoles(before: z.output<typeof Side>, after: z.output<typeof Side>): string[] {
  const one = after.role ?? before.role;
  if (one !== undefined) return [one];
  const [had, has] = [before.roles ?? [], after.roles ?? []];
  return [...has.filter((role) => !had.includes(role)), ...had.filter((role) => !has.includes(role))];
}
