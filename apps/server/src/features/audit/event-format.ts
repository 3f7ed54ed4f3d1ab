import { headersOf, type HeaderLanguage } from '../../platform/http/export/column-headers.ts';
import { csvHead, csvLine } from '../../platform/http/export/table-formats.ts';
import type { AuditEvent } from './audit-event.ts';
import { z } from 'zod';
import type { FindPeople, NamedPerson } from '../../directory/people.ts';
import { readTitles, type TitleReaders } from '../../directory/shared-resources.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';

export interface EventFormat {
  readonly contentType: string;
  /** The text before the first event. */
  head(language: HeaderLanguage): string;
  line(event: NamedEvent): string;
}

/** A name is `null` if it is unknown or the reader may not see it. */
export type NamedEvent = AuditEvent &
  Readonly<
    Partial<
      Record<'actorName' | 'subjectName' | 'instanceTitle' | 'application' | 'applicationName', string | null>
    >
  >;

export const formatNames = ['csv', 'jsonl'] as const;
export type FormatName = (typeof formatNames)[number];

/** Only for CSV: JSON Lines have the whole event with its names. */
const csvColumns = [
  'id',
  'at',
  'tenant',
  'kind',
  'action',
  'outcome',
  'actor',
  'actorName',
  'actorKind',
  'application',
  'applicationName',
  'channel',
  'subject',
  'subjectName',
  'resource',
  'instance',
  'instanceTitle',
  'reason',
  'detail',
  'latency',
  'requestId',
] as const satisfies readonly (keyof NamedEvent)[];

export const eventFormats: Readonly<Record<FormatName, EventFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    head: (language) => csvHead(headersOf(csvColumns, language)),
    line: (event) => csvLine(csvColumns.map((column) => event[column])),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: () => '',
    line: (event) => `${JSON.stringify(event)}\n`,
  },
};

export interface EventNamesDeps extends TitleReaders {
  readonly findPeople: FindPeople;
}

export interface EventNames {
  readonly people: readonly NamedPerson[];
  /** By id. Omits instances that the reader may not read or that no longer exist. */
  readonly titles: Readonly<Record<string, string>>;
}

const Uuid = z.uuid();
const isUuid = (text: string): boolean => Uuid.safeParse(text).success;

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

const Via = z.object({ via: z.object({ clientId: z.string(), name: z.string().optional() }) });

/** Returns the application through which the actor called. */
export function applicationIn(
  detail: AuditEvent['detail'],
): Pick<NamedEvent, 'application' | 'applicationName'> {
  const via = Via.safeParse(detail).data?.via;
  return { application: via?.clientId ?? null, applicationName: via?.name ?? null };
}

const ActedFor = z.object({ actsFor: z.object({ subject: z.string() }) });

/** Returns the key of the user on whose behalf an actor made the call, if any. */
function principalIn(detail: AuditEvent['detail']): string | null {
  return ActedFor.safeParse(detail).data?.actsFor.subject ?? null;
}
