import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { ApplicationName, ApplicationScopes, ConnectionState, type Connection } from './application.tsx';

type Found = Outputs['applications']['mine'];

/** The connections that wait for an answer come first. */
export function inOrder({ connections }: Found): readonly Connection[] {
  return connections.toSorted(
    (one, other) => Number(other.state === 'waiting') - Number(one.state === 'waiting'),
  );
}

export function ConnectionList(props: {
  readonly label: string;
  readonly found: Found;
  readonly children: ReactNode;
}): ReactNode {
  const { label, found, children } = props;
  const { t } = useTranslation();
  return (
    <>
      {found.connections.length > 0 && (
        <ul aria-label={label} className="divide-y divide-line">
          {children}
        </ul>
      )}
      {!found.areGrantsKnown && (
        <p className="border-line px-4 py-2.5 text-sm text-muted not-first:border-t">
          {t('applications.grantsUnknown')}
        </p>
      )}
    </>
  );
}

export function ConnectionRow(props: {
  readonly connection: Omit<Connection, 'hasGrant'>;
  /** The person whose activity the link to the audit log shows. */
  readonly person: string;
  readonly children?: ReactNode;
  readonly actions: ReactNode;
}): ReactNode {
  const { connection, person, children, actions } = props;
  const { name, state, scopes, canChange, since, lastUsedAt } = connection;
  const { t } = useTranslation();
  return (
    <li
      aria-label={name}
      className="flex flex-col gap-2 px-4 py-3 md:flex-row md:items-start md:justify-between md:gap-6"
    >
      <div className="flex min-w-0 flex-col gap-1">
        <ApplicationName application={connection}>
          <ConnectionState state={state} />
        </ApplicationName>
        {children}
        <ApplicationScopes scopes={scopes} canChange={canChange} />
        <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
          {since !== null && (
            <span>
              {t('applications.since')} <RelativeTime at={since} />
            </span>
          )}
          {state !== 'unused' && <LastUse at={lastUsedAt} />}
          {lastUsedAt !== null && <ActivityLink application={connection} person={person} />}
        </p>
      </div>
      <div className="flex shrink-0 flex-wrap gap-2">{actions}</div>
    </li>
  );
}

/** "Last used 2 days ago". */
export function LastUse({ at }: { readonly at: string | null }): ReactNode {
  const { t } = useTranslation();
  return at === null ? (
    t('applications.neverUsed')
  ) : (
    <span>
      {t('applications.lastUsed')} <RelativeTime at={at} />
    </span>
  );
}

/** What the application did: for one person, or for all. */
export function ActivityLink(props: {
  readonly application: Pick<Connection, 'clientId' | 'name'>;
  readonly person?: string;
}): ReactNode {
  const { application, person } = props;
  const { t } = useTranslation();
  if (useGate(trpc.audit.list, undefined).state !== 'allowed') return null;
  return (
    <Link
      to="/audit"
      search={{ period: 'month', person, application: application.clientId }}
      aria-label={t('applications.activityOf', { application: application.name })}
      className={textAction}
    >
      {t('applications.activity')}
    </Link>
  );
}
