import { ChevronDown } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { usePersonName } from '../person.tsx';
import { ShortTime } from '../../ui/time.tsx';
import {
  type AuditEvent,
  type EventNames,
  EventWho,
  Outcome,
  useReasonText,
  actedFor,
  applicationOf,
  useApplicationName,
  useViewedAs,
} from './event-labels.tsx';
import { EventFacts } from './event-facts.tsx';
import { useActionName } from '../use-action-name.ts';

export function EventRows(props: {
  readonly events: readonly AuditEvent[];
  readonly names: EventNames;
}): ReactNode {
  const { events, names } = props;
  const { t } = useTranslation();
  return (
    <ol
      aria-label={t('event.list')}
      className="@container divide-y divide-line overflow-hidden rounded-card border border-line bg-surface"
    >
      {events.map((event) => (
        <EventRow key={event.id} event={event} names={names} />
      ))}
    </ol>
  );
}

function EventRow(props: { readonly event: AuditEvent; readonly names: EventNames }): ReactNode {
  const { event, names } = props;
  const { t } = useTranslation();
  const personName = usePersonName();
  const [open, setOpen] = useState(false);
  const details = useId();
  const actionName = useActionName();
  const reasonText = useReasonText();
  const viewedAs = useViewedAs()(event, names);
  const principal = actedFor(event);
  const application = applicationOf(event);
  const applicationName = useApplicationName();
  const title = event.instance === null ? undefined : names.titles[event.instance];
  const subject = event.subject === null || viewedAs !== null ? undefined : names.people.get(event.subject);
  const isReport = event.resource === 'reports' && event.instance !== null;
  const about =
    title ??
    (subject?.isGone === true ? personName(subject) : subject?.name) ??
    (isReport ? t('event.report') : null);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={details}
        onClick={() => setOpen(!open)}
        className="grid min-h-11 w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2 text-left transition-colors hover:bg-sunken/60 focus-visible:-outline-offset-2 @3xl:grid-cols-[8rem_minmax(0,11rem)_9.5rem_minmax(0,1fr)_1rem]"
      >
        <span className="text-sm text-muted @max-3xl:hidden">
          <ShortTime at={event.at} />
        </span>
        <span className="flex min-w-0">
          <EventWho event={event} names={names} />
        </span>
        <span className="flex @max-3xl:justify-self-end">
          <Outcome outcome={event.outcome} />
        </span>
        <span className="min-w-0">
          <span className="font-medium">{actionName(event.action)}</span>
          {about !== null && <span className="wrap-anywhere"> · {about}</span>}
          {viewedAs !== null && <span className="font-medium text-info"> · {viewedAs}</span>}
          {principal !== null && (
            <span className="font-medium text-info">
              {' · '}
              {t('event.actingFor', {
                name: personName(names.people.get(principal) ?? { key: principal, name: null }),
              })}
            </span>
          )}
          {application !== null && (
            <span className="font-medium text-info">
              {' · '}
              {t('event.through', { application: applicationName(application) })}
            </span>
          )}
          {event.reason !== null && <span className="text-muted"> · {reasonText(event)}</span>}
          <span className="text-sm text-muted @3xl:hidden">
            {' · '}
            <ShortTime at={event.at} />
          </span>
        </span>
        <ChevronDown
          aria-hidden="true"
          className={`size-4 text-muted transition-transform motion-reduce:transition-none @max-3xl:justify-self-end ${open ? 'rotate-180' : ''}`}
        />
      </button>
      <div id={details} hidden={!open} className="border-t border-line bg-sunken/40 px-4 py-4">
        {open && <EventFacts event={event} names={names} />}
      </div>
    </li>
  );
}
