import { z } from 'zod';
import type { FindPeople, NamedPerson } from '../../directory/people.ts';
import { readTitles, type TitleReaders } from '../../directory/shared-resources.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditEvent } from './audit-event.ts';

export interface EventNamesDeps extends TitleReaders {
  readonly findPeople: FindPeople;
}

/** The names in events, for one reader. */
export interface EventNames {
  readonly people: readonly NamedPerson[];
  /** By id. Omits instances that the reader may not read or that no longer exist. */
  readonly titles: Readonly<Record<string, string>>;
}

const Uuid = z.uuid();
const isUuid = (text: string): boolean => Uuid.safeParse(text).success;

/** Returns the names of the users, reports and collections in events. */
export function createEventNames({ findPeople, ...titles }: EventNamesDeps) {
  return async (reader: SignedIn, events: readonly AuditEvent[]): Promise<EventNames> => {
    const keys = events.flatMap(({ actor, subject, detail }) => [actor, subject, principalIn(detail)]);
    const instances = events.flatMap(({ resource, instance }) =>
      resource !== null && instance !== null && isUuid(instance) ? [{ resource, id: instance }] : [],
    );
    const [people, titleOf] = await Promise.all([
      findPeople(keys.filter((key) => key !== null)),
      readTitles(reader, instances, titles),
    ]);
    const titled = instances.flatMap((instance) => {
      const title = titleOf(instance);
      return title === null ? [] : [[instance.id, title]];
    });
    return { people: [...people.values()], titles: Object.fromEntries(titled) };
  };
}

const ActedFor = z.object({ actsFor: z.object({ subject: z.string() }) });

/** Reads the key of the subject an actor acted for from an event's detail; `null` without an actor. */
function principalIn(detail: AuditEvent['detail']): string | null {
  return ActedFor.safeParse(detail).data?.actsFor.subject ?? null;
}
