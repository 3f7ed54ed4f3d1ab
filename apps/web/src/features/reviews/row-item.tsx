import { Link } from '@tanstack/react-router';
import { ChevronDown, Undo2 } from 'lucide-react';
import { useId, type ReactNode, type Ref } from 'react';
import { applicationText } from '../../shared/applications/application.tsx';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person } from '../../shared/person.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DecidedBy, DecisionText, Flags, OutcomeText } from './labels.tsx';
import { ReasonForm } from './reason-form.tsx';
import { roleText, rowName, type Decision, type ReviewRow } from './review.ts';
import type { Choice } from './use-review-rows.ts';

interface RowItemProps {
  readonly ref: Ref<HTMLLIElement>;
  readonly index: number;
  readonly row: ReviewRow;
  readonly previous: ReviewRow | undefined;
  readonly by: 'user' | 'role';
  readonly isReadOnly: boolean;
  /** Whether the row is the user's own access, which someone else must decide. */
  readonly isOwn: boolean;
  /** The decision whose form is open. */
  readonly form: Decision | null;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly onToggle: (isRange: boolean) => void;
  readonly onOpen: () => void;
  readonly onChoose: (decision: Decision) => void;
  readonly onStore: (choice: Choice) => Promise<boolean>;
  readonly onCancel: () => void;
  readonly onUndo: () => void;
  readonly children: ReactNode;
}

/** The first row of a group also shows the group's name. */
export function RowItem(props: RowItemProps): ReactNode {
  const { ref, index, row, previous, by, isReadOnly, isOwn, form, isOpen, children } = props;
  const { t, i18n } = useTranslation();
  const id = useId();
  const name = rowName(row, t);
  const isFirst =
    previous === undefined ||
    (by === 'user'
      ? previous.subject !== row.subject
      : previous.role !== row.role || previous.instance !== row.instance);
  return (
    <li
      ref={ref}
      data-index={index}
      tabIndex={-1}
      aria-labelledby={id}
      className="px-4 py-2.5 focus:bg-brass-wash/50 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-brass-line"
    >
      {isFirst && (
        <div className="mb-1.5 text-md font-medium">
          {by === 'user' ? <Holder row={row} /> : <span className="wrap-anywhere">{roleText(row, t)}</span>}
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {!isReadOnly && (
          <input
            type="checkbox"
            aria-label={t('reviews.select', { name })}
            aria-keyshortcuts="x"
            checked={props.isSelected}
            onChange={({ nativeEvent }) =>
              props.onToggle(nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
            }
            className="size-4 shrink-0 accent-brass-line pointer-coarse:size-6"
          />
        )}
        <span className="inline-flex max-w-full min-w-0 flex-1 basis-52 flex-wrap items-center gap-2">
          <span id={id} className="sr-only">
            {name}
          </span>
          {by === 'user' ? <RoleInPlace row={row} /> : <Holder row={row} />}
          <Flags flags={row.flags} />
        </span>
        {(row.decision !== null || isReadOnly) && (
          <span>
            <DecisionText row={row} />
            <span className="block max-w-72">
              <DecidedBy row={row} />
            </span>
          </span>
        )}
        <OutcomeText row={row} />
        {isOwn && <span className="text-sm text-muted">{t('reviews.own')}</span>}
        <span className="flex items-center gap-1">
          {!isReadOnly && row.decision !== null && (
            <Button
              variant="quiet"
              icon={Undo2}
              aria-keyshortcuts="u"
              aria-describedby={id}
              onClick={props.onUndo}
            >
              {t('undo')}
            </Button>
          )}
          {!isReadOnly && row.decision === null && <Decisions {...props} describedBy={id} />}
          <Button
            variant="quiet"
            className="px-2!"
            aria-expanded={isOpen}
            aria-keyshortcuts="o"
            aria-label={t('reviews.context.open', { name })}
            onClick={props.onOpen}
          >
            <ChevronDown
              aria-hidden="true"
              className={`size-4 transition-transform ${isOpen ? 'rotate-180' : ''}`}
            />
          </Button>
        </span>
      </div>
      {row.applications.length > 0 && (isFirst || by === 'role') && (
        <p className="mt-1 text-sm wrap-anywhere text-muted">
          {t('reviews.applications', { applications: i18n.list(row.applications.map(applicationText)) })}
        </p>
      )}
      {form !== null && (
        <div className="mt-3 pl-7">
          <ReasonForm
            key={form}
            field={String(row.position)}
            decision={form}
            lesserRoles={row.lesserRoles}
            on={row.instance === null ? 'organization' : 'instance'}
            about={name}
            onSubmit={props.onStore}
            onCancel={props.onCancel}
          />
        </div>
      )}
      {isOpen && children !== false && <div className="mt-3 border-t border-line pt-3">{children}</div>}
    </li>
  );
}

function Decisions({
  row,
  form,
  onChoose,
  describedBy,
}: RowItemProps & { readonly describedBy: string }): ReactNode {
  const { t } = useTranslation();
  const choices = [
    ['keep', 'a'],
    ['remove', 'r'],
    ...(row.lesserRoles.length > 0 ? [['change', 'c'] as const] : []),
  ] as const;
  return choices.map(([decision, key]) => (
    <Button
      key={decision}
      aria-keyshortcuts={key}
      aria-describedby={describedBy}
      {...((decision !== 'keep' || row.flags.length > 0) && { 'aria-expanded': form === decision })}
      onClick={() => onChoose(decision)}
    >
      {t(`reviews.decision.${decision}`)}
    </Button>
  ));
}

function Holder({ row: { subject, facts } }: { readonly row: ReviewRow }): ReactNode {
  return (
    <Link
      to="/members/$subject"
      params={{ subject }}
      className="inline-block max-w-full min-w-0 rounded-control hover:underline"
    >
      <Person person={{ key: subject, ...facts }} detailed />
    </Link>
  );
}

export function RoleInPlace({ row }: { readonly row: Parameters<typeof roleText>[0] }): ReactNode {
  const { t } = useTranslation();
  return row.instance === null ? (
    <RoleBadge role={row.role} />
  ) : (
    <span className="wrap-anywhere">{roleText(row, t)}</span>
  );
}
