import { useRouteContext } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { type ReactNode, lazy } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { Avatar, nameOf } from '../../shared/person.tsx';
import { sourceText } from '../../shared/role-source.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { textAction, Button } from '../../ui/button.tsx';
import { TextSkeleton } from '../../ui/skeletons.tsx';
import { ViewAs } from '../../shared/view-as/view-as.tsx';
import { isViewable, type MemberDetails, type PersonAccess } from './member.ts';
import { trpc } from '../../api/trpc.ts';
import { LazyPopup } from '../../ui/lazy.tsx';
import { useMenu } from '../../ui/menu-button.ts';
import { useGate } from '../../api/permissions.ts';
import { Reactivate, RemoveAccess } from './remove-access.tsx';

export function PersonFacts(props: {
  readonly member: MemberDetails;
  readonly origin: Pick<PersonAccess, 'isFromLogto' | 'logtoUrl'> | undefined;
}): ReactNode {
  const { member, origin } = props;
  const { t, i18n } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const utils = trpc.useUtils();
  const { subject, kind, status, lastSignInAt, roles } = member;
  return (
    <dl className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4">
      <div>
        <dt className="sr-only">{t('members.person.about')}</dt>
        <dd className="flex items-center gap-3 font-medium">
          <Avatar name={nameOf(member)} size="large" isMachine={kind === 'machine'} />
          {t(kind === 'machine' ? 'person.machine' : 'members.person.human')}
        </dd>
      </div>
      <Fact term={t('members.person.status')}>{t(`members.person.statuses.${status}`)}</Fact>
      <Fact term={t('members.person.from')}>
        {kind === 'machine' ? (
          t('members.person.fromApplication')
        ) : origin === undefined ? (
          <TextSkeleton />
        ) : (
          t(origin.isFromLogto ? 'members.person.fromLogto' : 'members.person.fromPermit')
        )}
        {typeof origin?.logtoUrl === 'string' && (
          <a
            href={origin.logtoUrl}
            target="_blank"
            rel="noreferrer"
            className={`${textAction} flex items-center gap-1`}
          >
            {t('members.person.openInLogto')}
            <ExternalLink aria-hidden="true" className="size-3.5" />
          </a>
        )}
      </Fact>
      {kind === 'person' && (
        <Fact term={t('members.person.lastSignIn')}>
          {lastSignInAt === null ? t('members.never') : <RelativeTime at={lastSignInAt} />}
        </Fact>
      )}
      <Fact term={t('members.person.roles')}>
        {roles.length === 0 ? (
          t('members.person.noRole')
        ) : (
          <ul className="mt-1 flex flex-col gap-1.5">
            {roles.map(({ role, source }) => (
              <li key={role}>
                <RoleBadge role={role} />
                <span className="block text-xs text-muted">{sourceText(source, 'organization', i18n)}</span>
              </li>
            ))}
          </ul>
        )}
        <PersonRolesButton member={member} />
        {isViewable(member, person) && <ViewAs target={{ kind: 'person', subject }} />}
        <Reactivate member={member} />
        {kind === 'person' && (
          <RemoveAccess
            subjects={[subject]}
            label={t('members.removal.open')}
            className="mt-2 w-full text-denied"
            onRemoved={() => void Promise.all([utils.members.get.invalidate(), utils.person.invalidate()])}
          />
        )}
      </Fact>
      <div>
        <dt className="sr-only">{t('members.person.id')}</dt>
        <dd>
          <Copyable label={t('members.person.id')} text={subject} />
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

const loadMenu = () => import('./roles-menu.tsx');
const RolesMenu = lazy(loadMenu);

function PersonRolesButton({ member }: { readonly member: MemberDetails }): ReactNode {
  const { t } = useTranslation();
  const { subject } = member;
  const mayAssign = useGate(trpc.members.assign, { subject, role: 'viewer' }).state === 'allowed';
  const { button, menu, container } = useMenu(loadMenu);
  if (!mayAssign) return null;
  return (
    <div ref={container} className="mt-3">
      <Button className="w-full" {...button}>
        {t('members.person.changeRoles')}
      </Button>
      <LazyPopup popup={menu}>{(shown) => <RolesMenu member={member} {...shown} />}</LazyPopup>
    </div>
  );
}
