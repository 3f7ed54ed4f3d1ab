import type { Policy } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { grantIn, type Column, type Grant, type MatrixDraft } from './grant-draft.ts';
import { Check, Minus, Plus, X, type LucideIcon } from 'lucide-react';

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
    return <GrantMark mark={grant} label={t(`policy.grant.${grant}`)} />;
  const { role } = column;
  const before = grantIn(policy, permission, column);
  const isChanged = draft.changes.some((one) => one.role === role && one.permission === permission);
  const mark = !isChanged ? grant : grant === 'own' ? 'added' : 'removed';
  return (
    <button
      type="button"
      aria-pressed={grant === 'own'}
      aria-label={`${t(`role.${role}`)}: ${t(`permission.${permission}`)}`}
      disabled={before === 'inherited'}
      onClick={() => draft.onToggle({ role, permission })}
      className="group inline-flex scroll-mt-24 h-11 w-full items-center justify-center"
    >
      <span className="rounded-control border border-transparent p-1 group-hover:border-line-strong">
        <GrantMark mark={mark} />
      </span>
    </button>
  );
}

type Mark = Exclude<Grant, 'no-such-role'> | 'added' | 'removed';

const marks: Readonly<Record<Mark, readonly [LucideIcon, string]>> = {
  own: [Check, 'text-allowed'],
  inherited: [Check, 'text-allowed opacity-55'],
  none: [Minus, 'text-line-strong opacity-50'],
  added: [Plus, 'rounded-full bg-allowed text-surface forced-color-adjust-none'],
  removed: [X, 'rounded-full bg-denied-fill text-on-denied forced-color-adjust-none'],
};

/** The mark of a grant. `label` is for screen readers; without one, the surrounding element must have a label. */
function GrantMark({ mark, label }: { readonly mark: Mark; readonly label?: string }): ReactNode {
  const [Icon, tone] = marks[mark];
  return (
    <span title={mark === 'inherited' ? label : undefined} className="inline-flex align-middle">
      <Icon aria-hidden="true" strokeWidth={2.5} className={`size-4 p-px ${tone}`} />
      {label !== undefined && <span className="sr-only">{label}</span>}
    </span>
  );
}

export function GrantLegend({ isDrafting }: { readonly isDrafting: boolean }): ReactNode {
  const { t } = useTranslation();
  const marked = isDrafting
    ? (['own', 'inherited', 'none', 'added', 'removed'] as const)
    : (['own', 'inherited', 'none'] as const);
  return (
    <ul aria-hidden="true" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
      {marked.map((mark) => (
        <li key={mark} className="inline-flex items-center gap-1.5">
          <GrantMark mark={mark} />
          {t(`policy.grant.${mark}`)}
        </li>
      ))}
    </ul>
  );
}
