import type { AppPermission, AppRole } from '@latchkey/policy';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import type { ReportRole, SharedResource } from '../../policy.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { useRequestSheet } from '../request-access/use-request-sheet.ts';
import { RoleBadge, roleName } from '../role-badge.tsx';
import { targetOf, type Explained, type Explanation, type Remedy } from './explanation.ts';
import { useChangeShare } from '../sharing/use-change-share.ts';

const shownAtFirst = 4;

type Change = Remedy[number];

/** The remedies, narrowest first, each with its action for users who can take it. */
export function Remedies(props: {
  readonly person: Explained;
  readonly explanation: Explanation;
  readonly isShareable: boolean;
}): ReactNode {
  const { person, explanation, isShareable } = props;
  const { remedies, permission, instance, notes } = explanation;
  const { t } = useTranslation();
  const [showsAll, setShowsAll] = useState(false);
  const mayAsk = useGate(trpc.requests.create, undefined).state === 'allowed';
  const mayGive = useGate(trpc.members.assign, { subject: person.key, role: 'viewer' }).state === 'allowed';
  if (remedies.length === 0)
    return notes.some(({ kind }) => kind === 'about-installation') ? null : (
      <p className="text-muted">{t('reason.remediesNone')}</p>
    );
  const shown = showsAll ? remedies : remedies.slice(0, shownAtFirst);
  const isAskable = remedies.some((remedy) => targetOf(remedy) !== null);
  return (
    <section>
      <h3 className="text-md font-semibold">{t('reason.remedies')}</h3>
      <ul className="mt-2 divide-y divide-line rounded-card border border-line bg-surface">
        {shown.map((remedy, index) => (
          <li
            key={index}
            className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2"
          >
            <RemedyText remedy={remedy} asked={instance?.key ?? null} />
            {person.isReader && mayAsk && (
              <Ask remedy={remedy} permission={permission} asked={instance?.key ?? null} />
            )}
            {!person.isReader && <Grant remedy={remedy} person={person} mayGive={mayGive} />}
          </li>
        ))}
      </ul>
      {remedies.length > shown.length && (
        <Button variant="quiet" className="mt-1" onClick={() => setShowsAll(true)}>
          {t('reason.more', { count: remedies.length - shown.length })}
        </Button>
      )}
      {isShareable && !person.isReader && person.isMachine !== true && isAskable && (
        <p className="mt-2 text-sm text-muted">
          {t('reason.sendLink', { name: person.name ?? t('reason.somebody') })}
        </p>
      )}
    </section>
  );
}

function Ask(props: {
  readonly remedy: Remedy;
  readonly permission: AppPermission;
  readonly asked: string | null;
}): ReactNode {
  const { remedy, permission, asked } = props;
  const { t } = useTranslation();
  const openSheet = useRequestSheet();
  const target = targetOf(remedy);
  if (target === null || openSheet === null) return null;
  const role = roleName(target.role, target.kind === 'role' ? 'organization' : 'instance', t);
  const [change] = remedy;
  const title =
    change?.kind === 'instance-role' && change.instance.key !== asked ? change.instance.title : null;
  return (
    <Button
      className="ml-auto h-8!"
      aria-label={`${t('request.access')}: ${role}${title === null ? '' : `, ${title}`}`}
      onClick={() =>
        openSheet({
          kind: 'new',
          targets: [target],
          permission,
          on: asked ?? undefined,
          title: title ?? undefined,
        })
      }
    >
      {t('reason.request')}
    </Button>
  );
}

function Grant(props: {
  readonly remedy: Remedy;
  readonly person: Explained;
  readonly mayGive: boolean;
}): ReactNode {
  const { remedy, person, mayGive } = props;
  const target = targetOf(remedy);
  if (target?.kind === 'role') return mayGive ? <AssignRole role={target.role} subject={person.key} /> : null;
  if (target === null) return null;
  const [change] = remedy;
  const title = change?.kind === 'instance-role' ? change.instance.title : null;
  return <ShareRemedy person={person} on={{ ...target, title }} role={target.role} />;
}

function AssignRole({ role, subject }: { readonly role: AppRole; readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Link
      to="/members/$subject"
      params={{ subject }}
      search={{ give: role }}
      aria-label={`${t('reason.assign')}: ${t(`role.${role}`)}`}
      className={`${buttonClass('secondary')} ml-auto h-8!`}
    >
      {t('reason.assign')}
    </Link>
  );
}

function RemedyText({
  remedy,
  asked,
}: {
  readonly remedy: Remedy;
  readonly asked: string | null;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <Plus aria-hidden="true" className="size-4 shrink-0 text-muted" />
      {remedy.map((change, index) => (
        <span key={index} className="inline-flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          {index > 0 && <span className="text-muted">{t('reason.and')}</span>}
          <ChangeText change={change} asked={asked} />
        </span>
      ))}
    </span>
  );
}

function ChangeText({
  change,
  asked,
}: {
  readonly change: Change;
  readonly asked: string | null;
}): ReactNode {
  const { t } = useTranslation();
  switch (change.kind) {
    case 'tenant-role':
      return (
        <>
          <RoleBadge role={change.role} />
          <span className="text-muted">
            {t(change.inLogto ? 'reason.remedy.inLogto' : 'reason.remedy.role')}
          </span>
        </>
      );
    case 'instance-role': {
      const { resource, key, title } = change.instance;
      const role = roleName(change.role, 'instance', t);
      if (resource === 'reports')
        return t(key === asked ? 'reason.remedy.onReport' : 'reason.remedy.onOtherReport', { role });
      if (key !== null && title !== null) return t('reason.remedy.onCollection', { role, collection: title });
      return t(
        key !== null && key === asked ? 'reason.remedy.onThisCollection' : 'reason.remedy.onHiddenCollection',
        {
          role,
        },
      );
    }
    case 'relation':
      return change.subject.key === null
        ? t('reason.remedy.hiddenRelation')
        : t('reason.remedy.relation', { collection: change.subject.title ?? change.subject.key });
    default:
      return (
        <>
          {t('reason.remedy.attribute', { attribute: change.attribute, value: JSON.stringify(change.value) })}
          {change.logtoPath !== null && (
            <span className="text-muted">{t('reason.remedy.inLogtoAt', { path: change.logtoPath })}</span>
          )}
          {change.logtoRole !== null && (
            <span className="text-muted">{t('reason.remedy.byLogtoRole', { role: change.logtoRole })}</span>
          )}
        </>
      );
  }
}

function ShareRemedy(props: {
  readonly person: Explained;
  readonly on: { readonly resource: SharedResource; readonly id: string; readonly title: string | null };
  readonly role: ReportRole;
}): ReactNode {
  const { person, on, role } = props;
  const { resource, id, title } = on;
  const { t } = useTranslation();
  const share = useChangeShare({ resource, id });
  const mayShare = useGate(trpc[resource].access, { id }).state === 'allowed';
  if (!mayShare) return null;
  const { key, name, isMachine = false } = person;
  return (
    <Button
      className="ml-auto h-8!"
      aria-label={[t('sharing.submit'), t(`reportRole.${role}`), title ?? []].flat().join(', ')}
      onClick={() => share({ person: { key, name, email: null, isMachine }, role, change: 'assign' })}
    >
      {t('sharing.submit')}
    </Button>
  );
}
