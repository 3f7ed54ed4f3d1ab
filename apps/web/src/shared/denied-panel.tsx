import { isAboutInstallation } from '@latchkey/policy';
import { LockKeyhole } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { retryInterval } from '../api/query-client.ts';
import { trpc } from '../api/trpc.ts';
import type { Denial } from '../api/api-error.ts';
import { BackLink } from './not-found.tsx';
import type { AccessTarget } from './request-access/use-request-sheet.ts';
import { Button } from '../ui/button.tsx';
import { PageTitle } from '../ui/page.tsx';
import { RoleBadge } from './role-badge.tsx';
import { targetOf } from './explain/explanation.ts';
import { RequestAccess, usePageInstance } from './request-access/request-access.tsx';
import { roleList } from './denied-text.ts';
import { useEndedRole, useEndText } from './role-ends.tsx';
import { StatePanel } from '../ui/state-panel.tsx';
import { WhyDenied } from './gate-button.tsx';

export interface DeniedPanelProps {
  readonly denial: Denial;
  readonly onRetry: () => void;
}

export default function DeniedPanel({ denial, onRetry }: DeniedPanelProps): ReactNode {
  const { t, i18n } = useTranslation();
  const { permission, newcomer, grantedBy, grantedOn } = denial;
  useFirstRole(newcomer, onRetry);
  const end = useEndedRole(denial);
  const endText = useEndText();
  const instance = usePageInstance(permission);
  // Not every role with the permission opens this report or collection, so the server computes what this user needs.
  const { data: explanation, isPending } = trpc.why.mine.useQuery(
    { permission: permission ?? '', on: instance },
    { enabled: instance !== undefined, retry: false },
  );
  const isExplaining = instance !== undefined && isPending;
  const remedies = explanation?.remedies;
  // Excludes access to other reports and collections, which the page "Why" offers.
  const isHere = (target: AccessTarget): boolean => target.kind === 'role' || target.id === instance;
  const clearance = remedies?.flat().find((change) => change.kind === 'attribute' && change.of === 'user');
  const onInstance = roleList({ roles: [], on: grantedOn }, i18n);
  // Sync concerns the whole directory: a role in one organization is not sufficient.
  const ofInstallation = permission !== null && isAboutInstallation(permission);
  const title = t(
    end === undefined ? 'denied.title' : end.isRemoved ? 'roleEnd.removedTitle' : 'roleEnd.expiredTitle',
  );
  return (
    <StatePanel
      icon={LockKeyhole}
      tone="denied"
      level={1}
      title={title}
      actions={
        <>
          {permission !== null && !isExplaining && (
            <RequestAccess
              permission={permission}
              roles={grantedBy}
              on={grantedOn}
              targets={
                end ? [end.target] : remedies?.flatMap((remedy) => targetOf(remedy) ?? []).filter(isHere)
              }
              variant="button"
            />
          )}
          <BackLink to="reports" />
          {permission !== null && <WhyDenied permission={permission} variant="button" />}
          <Button variant="quiet" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        </>
      }
    >
      <PageTitle title={title} />
      {end !== undefined && <p className="text-ink">{endText(end)}</p>}
      {permission === null ? (
        <p>{t('denied.unnamed')}</p>
      ) : (
        <>
          <p>{t('denied.needs')}</p>
          <p className="rounded-control border border-line bg-surface px-3 py-2 font-medium text-ink">
            {t(`permission.${permission}`)}
          </p>
        </>
      )}
      {newcomer && <p>{t('denied.newcomer')}</p>}
      {permission === 'reports:view-confidential' && (
        <p>
          {t('denied.confidential')}{' '}
          {clearance?.kind === 'attribute' &&
            (clearance.logtoRole === null
              ? t('denied.clearedElsewhere')
              : t('denied.clearedBy', { role: clearance.logtoRole }))}
        </p>
      )}
      {permission !== null && (
        <section className="flex flex-col items-center gap-2">
          <h2 className="text-sm font-semibold text-ink">{t('denied.who')}</h2>
          {grantedBy.length > 0 && (
            <ul className="flex flex-wrap justify-center gap-1.5 text-ink">
              {grantedBy.map((role) => (
                <li key={role}>
                  <RoleBadge role={role} />
                </li>
              ))}
            </ul>
          )}
          {grantedOn !== null && <p>{t(`denied.on.${grantedOn.resource}`, { roles: onInstance })}</p>}
          <NoAdministrator />
          <p>
            {ofInstallation
              ? t('denied.askInstallation')
              : grantedOn === null
                ? t('denied.ask')
                : t(`denied.askOwner.${grantedOn.resource}`)}
          </p>
        </section>
      )}
    </StatePanel>
  );
}

/** Calls `onFirstRole` when a new account has a role. Polls the roles: each poll of the page would be a denial. */
function useFirstRole(newcomer: boolean, onFirstRole: () => void): void {
  const [since] = useState(Date.now);
  const { data: me, dataUpdatedAt } = trpc.session.me.useQuery(undefined, {
    refetchInterval: newcomer && retryInterval,
  });
  const hasRole = newcomer && dataUpdatedAt > since && me?.roles.length !== 0;
  const retry = useEffectEvent(onFirstRole);
  useEffect(() => {
    if (hasRole) retry();
  }, [hasRole]);
}

/** While the installation has no administrator there is no approver: explains how to create one. */
function NoAdministrator(): ReactNode {
  const { t } = useTranslation();
  const { data } = trpc.setup.status.useQuery();
  if (data?.state !== 'no-administrator') return null;
  return (
    <p className="text-ink">
      {t('denied.noAdministrator')}{' '}
      <Link to="/setup" className="underline underline-offset-4 pointer-coarse:py-3">
        {t('denied.becomeAdministrator')}
      </Link>
    </p>
  );
}
