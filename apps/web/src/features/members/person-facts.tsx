import { useRouteContext } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Copyable } from '../../components/copyable.tsx';
import { Avatar } from '../../components/person.tsx';
import { sourceText } from '../../components/reason/explanation.ts';
import { RelativeTime } from '../../components/time.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';
import { textAction } from '../../components/button.tsx';
import { TextSkeleton } from '../../components/loaded-name.tsx';
import { ViewAs } from '../../components/view-as/view-as.tsx';
import { isViewable, type MemberDetails, type PersonAccess } from './member.ts';
import { PersonRolesButton } from './person-roles-button.tsx';

/** The person's origin, status, last sign-in, roles with their source, and the id to copy. */
export function PersonFacts(props: {
  readonly member: MemberDetails;
  /** `undefined` while it is loading. */
  readonly origin: Pick<PersonAccess, 'isFromLogto' | 'logtoUrl'> | undefined;
}): ReactNode {
  const { member, origin } = props;
  const { t, i18n } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const { subject, kind, status, lastSignInAt, roles } = member;
  return (
    <dl className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4">
      <div>
        <dt className="sr-only">{t('onePerson.about')}</dt>
        <dd className="flex items-center gap-3 font-medium">
          <Avatar name={member.name ?? member.email ?? subject} size="large" isMachine={kind === 'machine'} />
          {t(kind === 'machine' ? 'person.machine' : 'onePerson.human')}
        </dd>
      </div>
      <Fact term={t('onePerson.status')}>{t(`onePerson.statuses.${status}`)}</Fact>
      <Fact term={t('onePerson.from')}>
        {kind === 'machine' ? (
          t('onePerson.fromApplication')
        ) : origin === undefined ? (
          <TextSkeleton />
        ) : (
          t(origin.isFromLogto ? 'onePerson.fromLogto' : 'onePerson.fromPermit')
        )}
        {typeof origin?.logtoUrl === 'string' && (
          <a
            href={origin.logtoUrl}
            target="_blank"
            rel="noreferrer"
            className={`${textAction} flex items-center gap-1`}
          >
            {t('onePerson.openInLogto')}
            <ExternalLink aria-hidden="true" className="size-3.5" />
          </a>
        )}
      </Fact>
      {kind === 'person' && (
        <Fact term={t('onePerson.lastSignIn')}>
          {lastSignInAt === null ? t('onePerson.never') : <RelativeTime at={lastSignInAt} />}
        </Fact>
      )}
      <Fact term={t('onePerson.roles')}>
        {roles.length === 0 ? (
          t('onePerson.noRole')
        ) : (
          <ul className="mt-1 flex flex-col gap-1.5">
            {roles.map(({ role, source }) => (
              <li key={role}>
                <RoleBadge role={role} />
                <span className="block text-xs text-muted">
                  {sourceText(source, { t, language: i18n.language })}
                </span>
              </li>
            ))}
          </ul>
        )}
        <PersonRolesButton member={member} />
        {isViewable(member, person) && <ViewAs target={{ kind: 'person', subject }} />}
      </Fact>
      <div>
        <dt className="sr-only">{t('onePerson.id')}</dt>
        <dd>
          <Copyable label={t('onePerson.id')} text={subject} />
        </dd>
      </div>
    </dl>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt className="text-xs text-muted">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
