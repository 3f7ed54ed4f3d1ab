import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ConnectionList, ConnectionRow, inOrder } from '../../shared/applications/connection-list.tsx';
import { DisconnectButton } from '../../shared/applications/disconnect-button.tsx';
import { nameOf } from '../../shared/person.tsx';
import { Section } from '../../ui/page.tsx';
import type { MemberDetails } from './member.ts';
import { NoRows } from './person-activity.tsx';

/** The applications that act for the person in this organization. */
export function PersonApplications({ member }: { readonly member: MemberDetails }): ReactNode {
  const { subject } = member;
  const { t } = useTranslation();
  const query = trpc.applications.ofPerson.useQuery({ subject });
  const canDisconnect = useGate(trpc.applications.disconnectPerson, undefined).state === 'allowed';
  const title = t('applications.title');
  return (
    <Section anchor="applications" title={title}>
      <NoRows
        query={query}
        none={query.data?.connections.length === 0 && t('members.person.applicationsNone')}
      />
      {query.data !== undefined && (
        <ConnectionList label={title} found={query.data}>
          {inOrder(query.data).map((connection) => (
            <ConnectionRow
              key={connection.clientId}
              connection={connection}
              person={subject}
              actions={
                canDisconnect && (
                  <DisconnectButton application={connection} person={{ subject, name: nameOf(member) }} />
                )
              }
            />
          ))}
        </ConnectionList>
      )}
    </Section>
  );
}
