import { Plug } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import {
  ApplicationName,
  ApplicationScopes,
  ConnectionState,
} from '../../shared/applications/application.tsx';
import { ActivityLink, LastUse } from '../../shared/applications/connection-list.tsx';
import { EndpointAddress } from '../../shared/applications/endpoint-address.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { MembersTabs } from '../../shared/members-tabs.tsx';
import { Problem } from '../../shared/problem.tsx';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { cell, RowTable, wideCell } from '../../ui/row-table.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';

const loadSheet = () => import('./block-sheet.tsx');
const BlockSheet = lazy(loadSheet);

export type ListedApplication = Outputs['applications']['list']['applications'][number];

export function ApplicationsPage(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.applications.list.useQuery();
  const problem = useProblem(query);
  const { popup, setOpen } = useLazyPopup();
  const [chosen, choose] = useState<ListedApplication | null>(null);
  const block = (application: ListedApplication): void => {
    choose(application);
    setOpen(true);
  };
  if (problem !== null) return <Problem problem={problem} title={t('members.applications.failed')} />;
  const applications = query.data?.applications;
  return (
    <div className="max-w-5xl">
      <PageHeader title={t('members.applications.title')} purpose={t('members.applications.purpose')} />
      <MembersTabs />
      {applications === undefined ? (
        <RowsSkeleton />
      ) : applications.length === 0 ? (
        <EmptyState
          icon={Plug}
          title={t('members.applications.none')}
          how={t('members.applications.noneHow')}
          action={<EndpointAddress />}
        />
      ) : (
        <RowTable
          caption={t('members.applications.title')}
          columns={[
            { label: t('members.applications.column.application') },
            { label: t('members.applications.column.scopes') },
            { label: t('members.applications.column.people'), className: 'w-28 text-right!' },
            { label: t('applications.lastUsed'), className: 'w-36' },
            {
              label: <span className="sr-only">{t('members.applications.column.action')}</span>,
              className: 'w-32',
            },
          ]}
        >
          {applications.map((application) => (
            <ApplicationRow
              key={application.clientId}
              application={application}
              onBlock={() => block(application)}
            />
          ))}
        </RowTable>
      )}
      <LazyPopup popup={popup}>
        {(shown) => chosen !== null && <BlockSheet {...shown} application={chosen} />}
      </LazyPopup>
    </div>
  );
}

function ApplicationRow(props: {
  readonly application: ListedApplication;
  readonly onBlock: () => void;
}): ReactNode {
  const { application, onBlock } = props;
  const { people, waiting, scopes, canChange, lastUsedAt, blocked } = application;
  const { t } = useTranslation();
  const action = <BlockButton application={application} onBlock={onBlock} />;
  const counts = (
    <>
      {t('members.applications.people', { count: people })}
      {waiting > 0 && (
        <span className="block text-sm text-muted">
          {t('members.applications.waiting', { count: waiting })}
        </span>
      )}
    </>
  );
  return (
    <tr className="border-b border-line last:border-b-0">
      <td className={`${cell} w-full max-w-0 lg:w-auto lg:max-w-80`}>
        <ApplicationName application={application}>
          {blocked !== null && <ConnectionState state="blocked" />}
        </ApplicationName>
        {blocked !== null && <Blocked blocked={blocked} />}
        <ActivityLink application={application} />
        <div className="mt-2 flex flex-col items-start gap-1.5 lg:hidden print:hidden">
          <ApplicationScopes scopes={scopes} canChange={canChange} />
          <span className="flex flex-wrap gap-x-3 text-sm text-muted">
            <span>{counts}</span>
            <LastUse at={lastUsedAt} />
          </span>
          {action}
        </div>
      </td>
      <td className={wideCell}>
        <ApplicationScopes scopes={scopes} canChange={canChange} />
      </td>
      <td className={`${wideCell} text-right`}>{counts}</td>
      <td className={wideCell}>
        {lastUsedAt === null ? t('applications.neverUsed') : <RelativeTime at={lastUsedAt} />}
      </td>
      <td className={`${wideCell} text-right`}>{action}</td>
    </tr>
  );
}

function Blocked({
  blocked: { at, byName, reason },
}: {
  readonly blocked: NonNullable<ListedApplication['blocked']>;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <p className="mt-0.5 text-sm wrap-anywhere text-muted">
      {byName === null
        ? t('members.applications.blocked')
        : t('members.applications.blockedBy', { name: byName })}{' '}
      <RelativeTime at={at} />
      {reason !== null && reason !== '' && `: “${reason}”`}
    </p>
  );
}

/** Blocks or unblocks. One button, so that it stays in the document and keeps the focus. */
function BlockButton(props: {
  readonly application: ListedApplication;
  readonly onBlock: () => void;
}): ReactNode {
  const { application, onBlock } = props;
  const { name, blocked } = application;
  const { t } = useTranslation();
  const canBlock = useGate(trpc.applications.block, undefined).state === 'allowed';
  const canUnblock = useGate(trpc.applications.unblock, undefined).state === 'allowed';
  const { isPending, unblock } = useUnblock(application);
  const action = blocked === null ? 'block' : 'unblock';
  if (!(action === 'block' ? canBlock : canUnblock)) return null;
  return (
    <ChangeButton
      aria-label={t(`members.applications.${action}Of`, { application: name })}
      disabled={isPending}
      {...preloading(loadSheet)}
      onClick={action === 'block' ? onBlock : unblock}
    >
      {t(`members.applications.${action}`)}
    </ChangeButton>
  );
}

export function useUnblock({ clientId, name }: ListedApplication): {
  readonly isPending: boolean;
  readonly unblock: () => void;
} {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const { isPending, mutate } = trpc.applications.unblock.useMutation({
    onSuccess: () =>
      notify({ tone: 'done', text: t('members.applications.unblocked', { application: name }) }),
    onError: (error) => notifyFailure(t('members.applications.unblockFailed', { application: name }), error),
    onSettled: () => utils.applications.invalidate(),
  });
  return { isPending, unblock: () => mutate({ clientId }) };
}
