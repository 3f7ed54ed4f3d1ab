import { isAboutInstallation, type AppPermission, type AppRole } from '@latchkey/policy';
import { useId, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { grantsOf } from '../../policy.ts';
import type { InviteOptions } from './invitation-labels.tsx';

/** Membership only, or one of Logto's organization roles, each with the permissions that it adds. */
export function RoleField(props: {
  readonly options: Pick<InviteOptions, 'roles' | 'memberRole'>;
  /** Logto's id of the role; `null` for membership only. */
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}): ReactNode {
  const { options, value, onChange } = props;
  const { roles, memberRole } = options;
  const { t } = useTranslation();
  const name = useId();
  const ofMembers = memberRole === null ? [] : [...grantsOf[memberRole]];
  return (
    <fieldset>
      <legend className="font-medium">{t('invitations.sheet.role')}</legend>
      <div className="mt-1.5 divide-y divide-line rounded-card border border-line bg-surface">
        <Choice name={name} isChosen={value === null} onChoose={() => onChange(null)}>
          <span className="flex flex-wrap items-center gap-2">
            {memberRole !== null && <RoleBadge role={memberRole} />}
            <span className="text-muted">{t('invitations.memberOnly')}</span>
          </span>
          <Adds label={t('invitations.sheet.memberAdds')} permissions={ofMembers} />
        </Choice>
        {roles.map(({ id, name: inLogto, role }) => (
          <Choice key={id} name={name} isChosen={value === id} onChoose={() => onChange(id)}>
            <span className="flex flex-wrap items-center gap-2">
              <RoleBadge role={role ?? inLogto} />
              {role !== null && (
                <span className="text-muted">{t('invitations.sheet.roleOf', { name: inLogto })}</span>
              )}
            </span>
            <Adds label={t('invitations.sheet.adds')} permissions={addedBy(role, memberRole)} />
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}

/** The permissions of a role beyond membership. Those of the installation do not apply in an organization. */
function addedBy(role: AppRole | null, memberRole: AppRole | null): AppPermission[] {
  if (role === null) return [];
  return [...grantsOf[role]].filter(
    (one) => !isAboutInstallation(one) && (memberRole === null || !grantsOf[memberRole].has(one)),
  );
}

function Choice(props: {
  readonly name: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { name, isChosen, onChoose, children } = props;
  return (
    <label className="flex min-h-11 cursor-pointer items-start gap-3 px-3 py-2.5">
      <input
        type="radio"
        name={name}
        checked={isChosen}
        onChange={onChoose}
        className="mt-1 size-4 shrink-0"
      />
      <span className="min-w-0">{children}</span>
    </label>
  );
}

function Adds(props: { readonly label: string; readonly permissions: readonly AppPermission[] }): ReactNode {
  const { label, permissions } = props;
  const { t, i18n } = useTranslation();
  return (
    <span className="mt-1 block text-sm text-muted">
      {permissions.length === 0
        ? t('invitations.addsNothing')
        : `${label} ${i18n.list(permissions.map((permission) => t(`permission.${permission}`)))}`}
    </span>
  );
}
