import { getRouteApi, Link } from '@tanstack/react-router';
import { ClipboardCheck } from 'lucide-react';
import { useEffect, useEffectEvent, useState, useSyncExternalStore, type ReactNode } from 'react';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Problem } from '../../shared/problem.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { focusMain } from '../../ui/focus-main.ts';
import { ResultCount } from '../../ui/result-count.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { useVirtualRows } from '../../ui/use-virtual-rows.ts';
import { isCollapsed, isFiltered, type ReviewFilter, type RowsInput } from './filters.ts';
import { needsReason, type Decision, type Review, type ReviewRow } from './review.ts';
import { RowContext } from './row-context.tsx';
import { RowItem } from './row-item.tsx';
import { RowSelection, UnchangedRows, useSelectedRows } from './row-selection.tsx';
import { useDecideRows, useRowPages, type Choice } from './use-review-rows.ts';

const route = getRouteApi('/console/reviews/$reviewId');

/** Pixels, before the row is measured. */
const estimatedHeight = 76;
const overscan = 10;

/** From this width, `lg`, the context of a row is beside the list. */
const wide = '(min-width: 64rem)';

/**
 * The rows that match the filter, virtualized, with the context of the open row. When the filter changes, the selection
 * remains, and so does an open form, even if its row no longer matches.
 */
export function ReviewRows(props: {
  readonly review: Review;
  readonly filter: ReviewFilter;
  readonly input: RowsInput;
}): ReactNode {
  const { review, filter, input } = props;
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const pages = useRowPages(input);
  const decide = useDecideRows(review.id);
  const isLoading = pages.rows === undefined;
  const [opened, setOpened] = useState<number | null>(null);
  const [form, setForm] = useState<{ readonly row: ReviewRow; readonly decision: Decision } | null>(null);
  const isWide = useIsWide();
  const found = pages.rows ?? [];
  const isFound = form === null || found.some(({ position }) => position === form.row.position);
  const rows = isFound ? found : [form.row, ...found];
  const selection = useSelectedRows(rows);
  const { frame, virtualizer, visible, above, below } = useVirtualRows(
    {
      count: rows.length,
      estimateSize: () => estimatedHeight,
      getItemKey: (index) => rows[index]?.position ?? index,
      overscan,
    },
    isLoading,
    filter,
  );
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? 0;
  const show = useEffectEvent(pages.show);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the same places can have other rows
  useEffect(() => show(first, last), [first, last, rows.length]);
  const [list, focusRow] = useRowKeys<HTMLOListElement>({
    count: rows.length,
    scrollTo: (index) => virtualizer.scrollToIndex(index),
  });
  const isReadOnly = review.status !== 'open' || isViewing();

  const close = (index: number): void => {
    setForm(null);
    focusRow(index);
  };
  const store = (index: number, row: ReviewRow, choice: Choice): Promise<boolean> => {
    // The focus moves first, because a decided row can disappear from a filtered list.
    close(Math.min(index + 1, rows.length - 1));
    // The decision makes the revision of a selected row outdated.
    selection.deselect(row);
    return decide.decide([row], choice);
  };
  const choose = (index: number, row: ReviewRow, decision: Decision): void => {
    if (needsReason([row], decision)) setForm({ row, decision });
    else void store(index, row, { decision });
  };

  if (pages.problem !== null) return <Problem problem={pages.problem} title={t('reviews.failed.rows')} />;
  const collapsed = isCollapsed(filter, review);
  const open = rows.find(({ position }) => position === opened) ?? null;
  return (
    <div className="flex items-start gap-4">
      <div className="min-w-0 flex-1">
        <ResultCount count={isFiltered(filter) && !isLoading ? pages.total : undefined} />
        <div
          ref={frame}
          className={rows.length === 0 ? '' : 'overflow-clip rounded-card border border-line bg-surface'}
        >
          <div style={{ height: above }} />
          <ol ref={list} aria-label={t('reviews.rows')} className="divide-y divide-line">
            {visible.map(({ index, key }) => {
              const row = rows[index];
              if (row === undefined) return null;
              return (
                <RowItem
                  key={key}
                  ref={virtualizer.measureElement}
                  index={index}
                  row={row}
                  previous={rows[index - 1]}
                  by={input.by}
                  isReadOnly={isReadOnly || !row.canDecide}
                  isOwn={review.status === 'open' && !row.canDecide}
                  form={form?.row.position === row.position ? form.decision : null}
                  isOpen={opened === row.position}
                  isSelected={selection.has(row)}
                  onToggle={(isRange) => selection.toggle(index, isRange)}
                  onOpen={() => setOpened(opened === row.position ? null : row.position)}
                  onChoose={(decision) => choose(index, row, decision)}
                  onStore={(choice) => store(index, row, choice)}
                  onCancel={() => close(index)}
                  onUndo={() => {
                    focusRow(index);
                    selection.deselect(row);
                    void decide.withdraw([row]);
                  }}
                >
                  {!isWide && opened === row.position && <RowContext row={row} />}
                </RowItem>
              );
            })}
          </ol>
          <div style={{ height: below }} />
        </div>
        {isLoading && <RowsSkeleton />}
        {!isLoading && found.length === 0 && !collapsed && (
          <EmptyState
            icon={ClipboardCheck}
            title={t('reviews.noMatch')}
            how={t('reviews.noMatchHow')}
            action={
              <Link to="." search={{}} onClick={focusMain} className={buttonClass('secondary')}>
                {t('reviews.removeFilters')}
              </Link>
            }
          />
        )}
        <ShowMore query={pages} />
        {!isLoading && collapsed && (
          <UnchangedRows
            review={review}
            decide={decide}
            isReadOnly={isReadOnly}
            onShow={() =>
              void navigate({ search: (before) => ({ ...before, unchanged: true }), replace: true })
            }
          />
        )}
        {!isReadOnly && rows.length > 0 && (
          <p className="mt-3 hidden text-sm text-muted pointer-fine:block">{t('reviews.keys')}</p>
        )}
        <RowSelection
          rows={selection.rows}
          onClear={selection.clear}
          onStore={(some, choice) => decide.decide(some, choice, () => selection.restore(some))}
        />
      </div>
      {isWide && open !== null && (
        <aside
          aria-label={t('reviews.context.title')}
          className="sticky top-[calc(4.5rem+var(--bar))] max-h-[calc(100dvh-6rem)] w-88 shrink-0 overflow-y-auto rounded-card border border-line bg-surface p-4"
        >
          <RowContext row={open} />
        </aside>
      )}
    </div>
  );
}

function useIsWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      if (typeof matchMedia !== 'function') return () => {};
      const query = matchMedia(wide);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => typeof matchMedia === 'function' && matchMedia(wide).matches,
  );
}
