import type { Outputs } from '../../api/trpc.ts';
import {
  CircleCheck,
  CircleHelp,
  CircleSlash,
  CloudAlert,
  Pencil,
  TriangleAlert,
  Server,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person, usePersonName } from '../person.tsx';
import type { messages } from './messages.en.ts';
import * as v from 'valibot';
import { isRole } from '../../policy.ts';

const appearances = {
  allow: { Icon: CircleCheck, ink: 'text-allowed' },
  deny: { Icon: CircleSlash, ink: 'text-denied' },
  unavailable: { Icon: CloudAlert, ink: 'text-unknown' },
  done: { Icon: Pencil, ink: 'text-info' },
  failed: { Icon: TriangleAlert, ink: 'text-denied' },
  unknown: { Icon: CircleHelp, ink: 'text-unknown' },
} as const;

export function Outcome({ outcome }: Pick<AuditEvent, 'outcome'>): ReactNode {
  const { t } = useTranslation();
  const { Icon, ink } = appearances[outcome];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap ${ink}`}>
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {t(`event.outcome.${outcome}`)}
    </span>
  );
}

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
        {t('event.system')}
      </span>
    );
  }
  const person = names.people.get(event.actor) ?? { key: event.actor, name: null };
  return <Person person={{ ...person, isMachine: event.actorKind === 'machine' }} />;
}

type Reason = keyof (typeof messages)['reason'];

/** The reason of a denial or an outage as text; an unknown code is shown unchanged. */
export function useReasonText(): (event: Pick<AuditEvent, 'reason'>) => string | null {
  const { t, i18n } = useTranslation();
  const isKnown = (reason: string): reason is Reason => i18n.exists(`event.reason.${reason}`);
  return ({ reason }) => (reason !== null && isKnown(reason) ? t(`event.reason.${reason}`) : reason);
}

const InView = v.object({
  viewAs: v.union([v.object({ subject: v.string() }), v.object({ role: v.string() })]),
});

/** The view that a decision was made in, as part of a text; `null` outside of a view. */
export function useViewedAs(): (event: Pick<AuditEvent, 'detail'>, names: EventNames) => string | null {
  const { t } = useTranslation();
  const personName = usePersonName();
  return ({ detail }, { people }) => {
    const inView = v.safeParse(InView, detail);
    if (!inView.success) return null;
    const { viewAs } = inView.output;
    if ('role' in viewAs)
      return t('event.viewingAsRole', { role: isRole(viewAs.role) ? t(`role.${viewAs.role}`) : viewAs.role });
    return t('event.viewingAs', {
      name: personName(people.get(viewAs.subject) ?? { key: viewAs.subject, name: null }),
    });
  };
}

const ForAnother = v.object({ actsFor: v.object({ subject: v.string() }) });

/** The key of the user for whom an actor acted (token exchange); `null` without an actor. */
export function actedFor({ detail }: Pick<AuditEvent, 'detail'>): string | null {
  const found = v.safeParse(ForAnother, detail);
  return found.success ? found.output.actsFor.subject : null;
}

const Through = v.object({ via: v.object({ clientId: v.string(), name: v.optional(v.string()) }) });

type EventApplication = v.InferOutput<typeof Through>['via'];

/** The application through which a call was made; `null` in the console. */
export function applicationOf({ detail }: Pick<AuditEvent, 'detail'>): EventApplication | null {
  const found = v.safeParse(Through, detail);
  return found.success ? found.output.via : null;
}

/** The name that a dynamic application chose for itself has its host, which nobody else can claim. */
export function useApplicationName(): (application: EventApplication) => string {
  const { t } = useTranslation();
  return ({ clientId, name }) => {
    if (!URL.canParse(clientId)) return name ?? clientId;
    const { host } = new URL(clientId);
    return name === undefined || name === host ? host : t('event.unverified', { name, host });
  };
}

type EventPage = Outputs['audit']['list'];
export type AuditEvent = EventPage['events'][number];

export interface EventNames {
  readonly people: ReadonlyMap<string, EventPage['people'][number]>;
  /** Only for reports and collections that the reader can view. */
  readonly titles: Readonly<Record<string, string>>;
  /** By client id. */
  readonly applications: ReadonlyMap<string, EventApplication>;
}

type NamedEvents = Pick<EventPage, 'people' | 'titles'> & {
  readonly events: readonly Pick<AuditEvent, 'detail'>[];
};

export function namesIn(pages: readonly NamedEvents[] = []): EventNames {
  const applications = pages.flatMap(({ events }) => events.map(applicationOf)).filter((one) => one !== null);
  return {
    applications: new Map(applications.map((one) => [one.clientId, one] as const)),
    people: new Map(pages.flatMap(({ people }) => people.map((person) => [person.key, person] as const))),
    titles: Object.assign({}, ...pages.map(({ titles }) => titles)),
  };
}
