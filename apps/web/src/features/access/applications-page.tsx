import { useRouteContext } from '@tanstack/react-router';
import { Plug } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useActiveOrganization, useOrganizations } from '../../layout/organizations.ts';
import type { Connection } from '../../shared/applications/application.tsx';
import { ConnectionList, ConnectionRow, inOrder } from '../../shared/applications/connection-list.tsx';
import { DisconnectButton } from '../../shared/applications/disconnect-button.tsx';
import { EndpointAddress } from '../../shared/applications/endpoint-address.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Problem } from '../../shared/problem.tsx';
import { notify } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { AccessTabs } from './access-tabs.tsx';

/** The applications that act for the user in the organization of the page. */
export function ApplicationsPage(): ReactNode {
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const organization = useOrganizationName();
  const query = trpc.applications.mine.useQuery();
  const problem = useProblem(query);
  if (problem !== null) return <Problem problem={problem} title={t('access.applications.failed')} />;
  const found = query.data;
  const title = t('applications.title');
  return (
    <div className="max-w-3xl">
      <PageHeader title={title} purpose={t('access.applications.purpose', { organization })} />
      <AccessTabs />
      {found === undefined ? (
        <RowsSkeleton />
      ) : found.connections.length === 0 && found.areGrantsKnown ? (
        <EmptyState
          icon={Plug}
          title={t('access.applications.none')}
          how={t('access.applications.noneHow')}
          action={<EndpointAddress />}
        />
      ) : (
        <div className="rounded-card border border-line bg-surface">
          <ConnectionList label={title} found={found}>
            {inOrder(found).map((connection) => (
              <ConnectionRow
                key={connection.clientId}
                connection={connection}
                person={person.key}
                actions={
                  <>
                    {connection.state === 'waiting' && (
                      <AllowButton application={connection} organization={organization} />
                    )}
                    <DisconnectButton application={connection} />
                  </>
                }
              >
                <Explained connection={connection} organization={organization} />
              </ConnectionRow>
            ))}
          </ConnectionList>
        </div>
      )}
    </div>
  );
}

function Explained(props: { readonly connection: Connection; readonly organization: string }): ReactNode {
  const { connection, organization } = props;
  const { name, state } = connection;
  const { t } = useTranslation();
  if (state === 'allowed') return null;
  return (
    <p className={state === 'waiting' ? '' : 'text-sm text-muted'}>
      {t(`access.applications.${state}`, { application: name, organization })}
    </p>
  );
}

function AllowButton(props: { readonly application: Connection; readonly organization: string }): ReactNode {
  const { application, organization } = props;
  const { clientId, name } = application;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const texts = { application: name, organization };
  const allow = trpc.applications.allow.useMutation({
    onSuccess: () => notify({ tone: 'done', text: t('access.applications.allowed', texts) }),
    onError: (error) =>
      notifyFailure(t('access.applications.allowFailed', texts), error, {
        APPLICATION_NOT_FOUND: t('applications.disconnect.gone', texts),
      }),
    onSettled: () => utils.applications.invalidate(),
  });
  return (
    <ChangeButton
      variant="primary"
      aria-label={t('access.applications.allowOf', texts)}
      disabled={allow.isPending}
      onClick={() => allow.mutate({ clientId })}
    >
      {t('access.applications.allow')}
    </ChangeButton>
  );
}

/** The name of the page's organization, or "this organization" while it is not known. */
function useOrganizationName(): string {
  const { t } = useTranslation();
  const id = useActiveOrganization();
  const { data } = useOrganizations({ enabled: id !== null });
  const name = data?.find((one) => one.id === id)?.name;
  return name ?? t(id === null ? 'access.applications.default' : 'access.applications.here');
}
