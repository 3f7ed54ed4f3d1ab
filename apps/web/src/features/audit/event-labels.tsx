import type { Outputs } from '../../api/trpc.ts';
import { CircleCheck, CircleSlash, CloudAlert, Pencil, TriangleAlert, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person } from '../../shared/person.tsx';
import { useNow } from './audit-questions.ts';
import { dateFormat } from '../../ui/format-time.ts';
import type { messages } from './messages.en.ts';
import * as v from 'valibot';
import { isRole } from '../../policy.ts';

const appearances = {
  allow: { Icon: CircleCheck, ink: 'text-allowed' },
  deny: { Icon: CircleSlash, ink: 'text-denied' },
  unavailable: { Icon: CloudAlert, ink: 'text-unknown' },
  done: { Icon: Pencil, ink: 'text-info' },
  failed: { Icon: TriangleAlert, ink: 'text-denied' },
} as const;

/** The outcome of an event: an icon and a label. */
export function Outcome({ outcome }: Pick<AuditEvent, 'outcome'>): ReactNode {
  const { t } = useTranslation();
  const { Icon, ink } = appearances[outcome];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap ${ink}`}>
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {t(`audit.outcome.${outcome}`)}
    </span>
  );
}

/** The actor of an event: a user, a machine, or the server itself. */
export function EventWho(props: { readonly event: AuditEvent; readonly names: EventNames }): ReactNode {
  const { event, names } = props;
  const { t } = useTranslation();
  if (event.actor === null) {
    return (
      <span className="inline-flex items-center gap-2">
        <span
          aria-hidden="true"
          className="inline-flex size-6 items-center justify-center rounded-control border border-line bg-sunken text-muted"
        >
          <Server className="size-3.5" />
        </span>
        {t('audit.system')}
      </span>
    );
  }
  const person = names.people.get(event.actor) ?? { key: event.actor, name: null };
  return <Person person={{ ...person, isMachine: event.actorKind === 'machine' }} />;
}

/** The exact time of an event: to the second on the same day, otherwise with its date. */
export function EventTime({ at }: { readonly at: string }): ReactNode {
  const { language } = useTranslation().i18n;
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(useNow()).toDateString();
  const long = dateFormat(language, { dateStyle: 'long', timeStyle: 'medium' });
  const short = dateFormat(
    language,
    isToday
      ? { timeStyle: 'medium' }
      : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  );
  return (
    <time dateTime={at} title={long.format(date)} className="whitespace-nowrap tabular-nums">
      {short.format(date)}
    </time>
  );
}

type Reason = keyof (typeof messages)['reason'];

/** The reason of a denial or an outage as text; an unknown code is shown unchanged. */
export function useReasonText(): (event: Pick<AuditEvent, 'reason'>) => string | null {
  const { t, i18n } = useTranslation();
  const isKnown = (reason: string): reason is Reason => i18n.exists(`audit.reason.${reason}`);
  return ({ reason }) => (reason !== null && isKnown(reason) ? t(`audit.reason.${reason}`) : reason);
}

const InView = v.object({
  viewAs: v.union([v.object({ subject: v.string() }), v.object({ role: v.string() })]),
});

/** The user whose view a decision was made in, as part of a text; `null` outside of a view. */
export function useViewedAs(): (event: Pick<AuditEvent, 'detail'>, names: EventNames) => string | null {
  const { t } = useTranslation();
  return ({ detail }, { people }) => {
    const inView = v.safeParse(InView, detail);
    if (!inView.success) return null;
    const { viewAs } = inView.output;
    if ('role' in viewAs)
      return t('audit.viewingAsRole', { role: isRole(viewAs.role) ? t(`role.${viewAs.role}`) : viewAs.role });
    return t('audit.viewingAs', { name: people.get(viewAs.subject)?.name ?? viewAs.subject });
  };
}

const ForAnother = v.object({ actsFor: v.object({ subject: v.string() }) });

/** The key of the user an actor acted for by a token exchange; `null` without an actor. */
export function actedFor({ detail }: Pick<AuditEvent, 'detail'>): string | null {
  const found = v.safeParse(ForAnother, detail);
  return found.success ? found.output.actsFor.subject : null;
}

export type AuditEvent = Outputs['audit']['list']['events'][number];
export type EventDetails = Outputs['audit']['get'];
export type Histogram = Outputs['audit']['histogram'];
export type SavedView = Outputs['audit']['views'][number];

/** The names of users and instances in the events, by key. */
export interface EventNames {
  readonly people: ReadonlyMap<string, { readonly key: string; readonly name: string | null }>;
  /** For reports and collections that the reader can view. */
  readonly titles: Readonly<Record<string, string>>;
}
