import { useRef, useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { Button } from '../../ui/button.tsx';
import { focusSelectedRow } from '../../ui/focus-main.ts';
import { ReasonForm } from './reason-form.tsx';
import { needsReason, type Decision, type Review, type ReviewRow } from './review.ts';
import type { Choice, DecideRows } from './use-review-rows.ts';

interface SelectedRows {
  readonly rows: readonly ReviewRow[];
  readonly has: (row: ReviewRow) => boolean;
  readonly clear: () => void;
  readonly deselect: (row: ReviewRow) => void;
  /** Selects rows again that were deselected before their decision failed. */
  readonly restore: (rows: readonly ReviewRow[]) => void;
  /** With `isRange`, selects the rows since the last one. */
  readonly toggle: (index: number, isRange: boolean) => void;
}

/** The selected rows among `rows`, and those that another filter has hidden since. */
export function useSelectedRows(rows: readonly ReviewRow[]): SelectedRows {
  /** By position. */
  const [selected, select] = useState<ReadonlyMap<number, ReviewRow>>(new Map());
  /** The position at which a range selected with Shift starts. */
  const anchor = useRef<number | null>(null);
  return {
    rows: [...selected.values()].map((row) => rows.find(({ position }) => position === row.position) ?? row),
    has: ({ position }) => selected.has(position),
    clear: () => select(new Map()),
    deselect: ({ position }) => select((before) => new Map([...before].filter(([one]) => one !== position))),
    restore: (some) => select((now) => new Map([...some.map((row) => [row.position, row] as const), ...now])),
    toggle(index, isRange) {
      const start = isRange ? rows.findIndex(({ position }) => position === anchor.current) : -1;
      const [from, to] = start === -1 ? [index, index] : [Math.min(start, index), Math.max(start, index)];
      anchor.current = rows[index]?.position ?? null;
      const range = rows.slice(from, to + 1).filter(({ canDecide }) => canDecide);
      const isAdded = isRange || range.some(({ position }) => !selected.has(position));
      const next = new Map(selected);
      for (const row of range) {
        if (isAdded) next.set(row.position, row);
        else next.delete(row.position);
      }
      select(next);
    },
  };
}

/** A change offers only the lesser roles that the selected rows have in common. */
export function RowSelection(props: {
  readonly rows: readonly ReviewRow[];
  readonly onClear: () => void;
  readonly onStore: (rows: readonly ReviewRow[], choice: Choice) => Promise<boolean>;
}): ReactNode {
  const { rows, onClear, onStore } = props;
  const { t } = useTranslation();
  const [asked, ask] = useState<Decision | null>(null);
  const frame = useRef<HTMLFieldSetElement>(null);
  const [first] = rows;
  if (first === undefined) return null;
  const { lesserRoles, instance } = first;
  const isOneKind = rows.every((row) => (row.instance === null) === (instance === null));
  const common = isOneKind
    ? lesserRoles.filter((role) => rows.every((row) => row.lesserRoles.includes(role)))
    : [];
  const clear = (): void => {
    focusSelectedRow();
    ask(null);
    onClear();
  };
  const store = (choice: Choice): Promise<boolean> => {
    clear();
    return onStore(rows, choice);
  };
  const choose = (decision: Decision): void => {
    if (needsReason(rows, decision)) ask(decision);
    else void store({ decision });
  };
  const decisions: readonly Decision[] =
    common.length > 0 ? ['keep', 'remove', 'change'] : ['keep', 'remove'];
  return (
    <fieldset
      ref={frame}
      aria-label={t('reviews.selection')}
      className="selection-bar sticky bottom-4 z-2 mt-3 flex flex-col gap-3 rounded-card border border-line-strong bg-surface px-4 py-2 shadow-float print:hidden"
    >
      <div className="flex flex-wrap items-center gap-2">
        <output className="mr-auto font-medium tabular-nums">
          {t('reviews.selected', { count: rows.length })}
        </output>
        {decisions.map((decision) => (
          <Button key={decision} aria-expanded={asked === decision} onClick={() => choose(decision)}>
            {t(`reviews.decision.${decision}`)}
          </Button>
        ))}
        <Button variant="quiet" onClick={clear}>
          {t('reviews.clearSelection')}
        </Button>
      </div>
      {asked !== null && (
        <div className="pb-2">
          <ReasonForm
            key={asked}
            field="selection"
            decision={asked}
            lesserRoles={common}
            on={instance === null ? 'organization' : 'instance'}
            about={t('reviews.selected', { count: rows.length })}
            onSubmit={store}
            onCancel={() => {
              frame.current?.querySelector<HTMLElement>('[aria-expanded="true"]')?.focus();
              ask(null);
            }}
          />
        </div>
      )}
    </fieldset>
  );
}

export function UnchangedRows(props: {
  readonly review: Review;
  readonly decide: DecideRows;
  readonly isReadOnly: boolean;
  readonly onShow: () => void;
}): ReactNode {
  const { review, decide, isReadOnly, onShow } = props;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [isRunning, setRunning] = useState(false);
  const input = { id: review.id, unchanged: true, decision: 'none' as const };
  const undecided = trpc.reviews.rows.useQuery({ ...input, limit: 1 });
  const left = undecided.data?.total ?? 0;
  const keepAll = async (): Promise<void> => {
    setRunning(true);
    const limit = 200;
    const all: ReviewRow[] = [];
    try {
      for (let after = -1; ; after = all.at(-1)?.position ?? after) {
        // oxlint-disable-next-line no-await-in-loop -- one page after another
        const { items } = await utils.client.reviews.rows.query({ ...input, after, limit });
        all.push(...items);
        if (items.length < limit) break;
      }
      await decide.decide(
        all.filter(({ canDecide, flags }) => canDecide && flags.length === 0),
        { decision: 'keep' },
      );
    } catch (error) {
      notifyFailure(t('reviews.failed.rows'), error);
    }
    setRunning(false);
  };
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2 rounded-card border border-dashed border-line px-4 py-2.5">
      <span className="mr-auto">
        {t('reviews.unchanged', { count: review.counts.unchanged })}
        <span className="block text-sm text-muted">{t('reviews.unchangedLeft', { count: left })}</span>
      </span>
      {!isReadOnly && left > 0 && (
        <Button disabled={isRunning} onClick={() => void keepAll()}>
          {t('reviews.keepUnchanged')}
        </Button>
      )}
      <Button variant="quiet" onClick={onShow}>
        {t('reviews.showUnchanged')}
      </Button>
    </div>
  );
}
