import { z } from 'zod';
import type { NotificationItem, NotificationKind } from './notification.ts';

export interface AccessEvent {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly actor: string | null;
  readonly resource: string | null;
  readonly instance: string | null;
  readonly detail: unknown;
}

const kinds: Readonly<Record<string, NotificationKind>> = {
  'request.approve': 'approved',
  'request.refuse': 'refused',
  'role.assign': 'role-given',
  'role.unassign': 'role-taken',
  'share.give': 'share-given',
  'share.take': 'share-taken',
  'grant.end': 'role-ended',
  'view-as.start': 'viewed-as',
};

const undo = 'request.undo';

export const readActions: readonly string[] = [...Object.keys(kinds), undo];

/** The roles before or after a change, as features record them: one role, or all roles. */
const Side = z.object({
  role: z.string().optional(),
  roles: z.array(z.string()).optional(),
  request: z.string().optional(),
});
const Detail = z.object({ before: Side.optional(), after: Side.optional() });

/** Milliseconds within which identical changes count as one: a retry or another source may record a change again. */
const repeatWithin = 60_000;

/** Converts events, newest first, to notifications. Skips repeats, undone decisions and their undo events. */
export function itemsOfEvents(events: readonly AccessEvent[]): NotificationItem[] {
  return withoutRepeats(allItems(events));
}

/**
 * Keeps the oldest of repeated items, so that an item that was read stays read. A different change ends the repetition.
 */
function withoutRepeats(newestFirst: readonly NotificationItem[]): NotificationItem[] {
  const latest = new Map<string, NotificationItem>();
  return newestFirst
    .toReversed()
    .filter((item) => {
      const about = JSON.stringify([item.roles, item.on]);
      const before = latest.get(about);
      const isRepeat =
        before !== undefined &&
        before.kind === item.kind &&
        before.by === item.by &&
        before.request === item.request &&
        item.at.getTime() - before.at.getTime() < repeatWithin;
      if (!isRepeat) latest.set(about, item);
      return !isRepeat;
    })
    .toReversed();
}

function allItems(events: readonly AccessEvent[]): NotificationItem[] {
  /** The requests of which an older decision was undone by a newer event. */
  const undone = new Set<string>();
  return events.flatMap((event) => {
    const { before = {}, after = {} } = Detail.safeParse(event.detail).data ?? {};
    const { request = null } = after;
    if (event.action === undo && request !== null) undone.add(request);
    const kind = kinds[event.action];
    const isUndone = request !== null && event.action !== undo && undone.delete(request);
    if (kind === undefined || isUndone) return [];
    const { id, at, actor, resource, instance } = event;
    return [
      {
        id,
        kind,
        at: new Date(at),
        roles: changedRoles(before, after),
        on: resource === null || instance === null ? null : { resource, id: instance },
        by: actor,
        request,
        endsAt: null,
      },
    ];
  });
}

function changedRoles(before: z.output<typeof Side>, after: z.output<typeof Side>): string[] {
  const one = after.role ?? before.role;
  if (one !== undefined) return [one];
  const [had, has] = [before.roles ?? [], after.roles ?? []];
  return [...has.filter((role) => !had.includes(role)), ...had.filter((role) => !has.includes(role))];
}
