import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { InstanceLink } from '../instance-link.tsx';
import { Person } from '../person.tsx';
import { isPermission } from '../../policy.ts';
import { WhyButton } from '../explain/why-button.tsx';
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
import { useActionName } from '../use-action-name.ts';

export function EventFacts(props: {
  readonly event: AuditEvent;
  readonly names: EventNames;
  readonly linked?: boolean;
}): ReactNode {
  const { event, names, linked = true } = props;
  const { t, i18n } = useTranslation();
  const actionName = useActionName();
  const reasonText = useReasonText();
  const viewedAs = useViewedAs()(event, names);
  const principal = actedFor(event);
  const application = applicationOf(event);
  const applicationName = useApplicationName();
  const { at, action, outcome, subject, instance, channel, latency, requestId, detail } = event;
  const source = sourceIn(detail);
  // The person whose roles explain the decision: no one in a view as a role, or if the actor was the reason.
  const isAboutOne = event.kind === 'decision' && event.reason !== 'acting';
  const decidedFor = isAboutOne ? (subject ?? (viewedAs === null ? event.actor : null)) : null;
  const cause = causes.find((kind) => kind === Object(detail?.['cause']).kind);
  const milliseconds = new Intl.NumberFormat(i18n.language, {
    style: 'unit',
    unit: 'millisecond',
    maximumFractionDigits: 2,
  });
  return (
    <>
      <dl className="grid items-baseline gap-x-6 gap-y-2 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
        <Fact name={t('event.field.at')}>
          <ExactTime at={at} seconds />
        </Fact>
        <Fact name={t('event.field.actor')}>
          <EventWho event={event} names={names} />
        </Fact>
        {principal !== null && (
          <Fact name={t('event.field.actsFor')}>
            <Person person={names.people.get(principal) ?? { key: principal, name: null }} />
          </Fact>
        )}
        {application !== null && (
          <Fact name={t('event.field.via')}>
            {applicationName(application)}{' '}
            <code className="font-mono text-xs break-all">{application.clientId}</code>
          </Fact>
        )}
        <Fact name={t('event.field.action')}>{actionName(action)}</Fact>
        {viewedAs !== null && <Fact name={t('event.field.viewAs')}>{viewedAs}</Fact>}
        {subject !== null && viewedAs === null && (
          <Fact name={t('event.field.subject')}>
            <Person person={names.people.get(subject) ?? { key: subject, name: null }} />
          </Fact>
        )}
        {instance !== null && (
          <Fact name={t('event.field.instance')}>
            {names.titles[instance] === undefined ? (
              <code className="font-mono text-xs break-all">{instance}</code>
            ) : (
              <InstanceLink
                resource={event.resource === 'collections' ? 'collections' : 'reports'}
                id={instance}
                className="wrap-anywhere"
              >
                {names.titles[instance]}
              </InstanceLink>
            )}
          </Fact>
        )}
        <Fact name={t('event.field.outcome')}>
          <Outcome outcome={outcome} />
        </Fact>
        {event.reason !== null && <Fact name={t('event.field.reason')}>{reasonText(event)}</Fact>}
        {source !== undefined && <Fact name={t('event.field.source')}>{t(`event.source.${source}`)}</Fact>}
        {latency !== null && (
          <Fact name={t('event.field.latency')}>{milliseconds.format(latency / 1_000)}</Fact>
        )}
        <Fact name={t('event.field.channel')}>{t(`event.channel.${channel}`)}</Fact>
        {cause !== undefined && <Fact name={t('event.field.cause')}>{t(`event.cause.${cause}`)}</Fact>}
        <JsonFact name={t('event.field.before')} value={detail?.['before']} />
        <JsonFact name={t('event.field.after')} value={detail?.['after']} />
        {typeof detail?.['leftOut'] === 'number' && (
          <Fact name={t('event.field.leftOut')}>
            {t('event.leftOut', {
              characters: i18n.number(detail['leftOut']),
            })}
          </Fact>
        )}
      </dl>
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {decidedFor !== null && isPermission(action) && (
          <WhyButton
            check={{ person: decidedFor, permission: action, on: instance ?? undefined }}
            className={buttonClass('secondary')}
          >
            {t('event.whyNow')}
          </WhyButton>
        )}
        {event.actor !== null && (
          <Link
            to="/audit"
            search={(now) => ({ ...now, person: event.actor ?? undefined })}
            className={buttonClass('quiet')}
          >
            {t('event.onlyPerson')}
          </Link>
        )}
        <Link to="/audit" search={(now) => ({ ...now, action })} className={buttonClass('quiet')}>
          {t('event.onlyAction')}
        </Link>
        {instance !== null && event.resource === 'reports' && (
          <Link to="/audit" search={(now) => ({ ...now, on: instance })} className={buttonClass('quiet')}>
            {t('event.onlyInstance')}
          </Link>
        )}
        {application !== null && (
          <Link
            to="/audit"
            search={(now) => ({ ...now, application: application.clientId })}
            className={buttonClass('quiet')}
          >
            {t('event.onlyApplication')}
          </Link>
        )}
        {linked && (
          <Link to="/audit/$eventId" params={{ eventId: event.id }} className={buttonClass('quiet')}>
            {t('event.details')}
          </Link>
        )}
        {requestId !== null && <Copyable label={t('event.field.requestId')} text={requestId} />}
      </div>
    </>
  );
}

const sources = ['pdp', 'cache', 'joined', 'stale'] as const;

function sourceIn(detail: AuditEvent['detail']): (typeof sources)[number] | undefined {
  return sources.find((source) => source === detail?.['source']);
}

const causes = ['delivery', 'run', 'first-call', 'recheck', 'removal', 'review'] as const;

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 max-sm:mb-1">{children}</dd>
    </>
  );
}

function JsonFact({ name, value }: { readonly name: string; readonly value: unknown }): ReactNode {
  const { t } = useTranslation();
  if (value === undefined) return null;
  return (
    <Fact name={name}>
      <code className="font-mono text-xs whitespace-pre-wrap wrap-anywhere">
        {JSON.stringify(
          value,
          (_, one: unknown) => (typeof one === 'string' && isPermission(one) ? t(`permission.${one}`) : one),
          2,
        )}
      </code>
    </Fact>
  );
}
