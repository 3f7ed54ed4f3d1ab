import type { Policy } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { grantIn, type Column } from './columns.ts';
import type { MatrixDraft } from './grant-draft.ts';
import { GrantMark } from './grant-mark.tsx';

/** Whether the role has the permission; in a draft, a button that toggles it. */
export function GrantCell(props: {
  readonly table: Policy;
  readonly permission: AppPermission;
  readonly column: Column;
  readonly draft: MatrixDraft | undefined;
}): ReactNode {
  const { table, permission, column, draft } = props;
  const { t } = useTranslation();
  const grant = grantIn(table, permission, column);
  if (grant === 'no-such-role') return null;
  // An inherited permission is changed in the role that grants it.
  if (draft === undefined || column.kind === 'instance' || grant === 'inherited')
    return <GrantMark look={grant} label={t(`policy.grant.${grant}`)} />;
  const { role } = column;
  const before = grantIn(policy, permission, column);
  const isChanged = draft.changes.some((one) => one.role === role && one.permission === permission);
  const look = !isChanged ? grant : grant === 'own' ? 'added' : 'taken';
  return (
    <button
      type="button"
      aria-pressed={grant === 'own'}
      aria-label={`${t(`role.${role}`)}: ${t(`permission.${permission}`)}`}
      disabled={before === 'inherited'}
      onClick={() => draft.onToggle({ role, permission })}
      className="group inline-flex h-11 w-full items-center justify-center"
    >
      <span className="rounded-control border border-transparent p-1 group-hover:border-line-strong">
        <GrantMark look={look} />
      </span>
    </button>
  );
}
