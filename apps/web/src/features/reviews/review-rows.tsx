import { getRouteApi, Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { ClipboardCheck } from 'lucide-react';
import {
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { isCollapsed, type ReviewFilter, type RowsInput } from './filters.ts';
import { needsReason, type Decision, type Review, type ReviewRow } from './review.ts';
import { RowContext } from './row-context.tsx';
import { RowItem } from './row-item.tsx';
import { RowSelection, UnchangedRows } from './row-selection.tsx';
import { useDecideRows, type Choice } from './use-decide-rows.ts';
import { useRowPages } from './use-row-pages.ts';

const route = getRouteApi('/console/reviews/$reviewId');

/** The height of a row before it is measured, in pixels. */
const estimatedHeight = 76;
const overscan = 10;

/** The breakpoint from which the context of a row is beside the list: `lg`. */
const wide = '(min-width: 64rem)';

/** The rows of a filter, virtualized, with the context of the open one. */
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
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const isLoading = pages.rows === undefined;
  useLayoutEffect(() => setTop(frame.current?.offsetTop ?? 0), [isLoading]);
  const [opened, setOpened] = useState<number | null>(null);
  const [form, setForm] = useState<{ readonly position: number; readonly decision: Decision } | null>(null);
  const [selected, select] = useState<ReadonlySet<number>>(new Set());
  /** The row from which Shift selects a range. */
  const anchor = useRef<number | null>(null);
  const isWide = useIsWide();
  const rows = pages.rows ?? [];
  // oxlint-disable-next-line react/incompatible-library -- its result is not passed to a memoized component
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => estimatedHeight,
    getItemKey: (index) => rows[index]?.position ?? index,
    overscan,
    scrollMargin: top,
  });
  const visible = virtualizer.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? 0;
  const show = useEffectEvent(pages.show);
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
  const store = (index: number, some: readonly ReviewRow[], choice: Choice): void => {
    // A row of a filter disappears with its decision, so the focus moves first.
    close(Math.min(index + 1, rows.length - 1));
    void decide.decide(some, choice);
  };
  const choose = (index: number, row: ReviewRow, decision: Decision): void => {
    if (needsReason([row], decision)) setForm({ position: row.position, decision });
    else store(index, [row], { decision });
  };
  const toggle = (index: number, isRange: boolean): void => {
    const from = isRange && anchor.current !== null ? Math.min(anchor.current, index) : index;
    const to = isRange && anchor.current !== null ? Math.max(anchor.current, index) : index;
    anchor.current = index;
    const positions = rows.slice(from, to + 1).flatMap((row) => (row.canDecide ? [row.position] : []));
    const isAdded = isRange || positions.some((position) => !selected.has(position));
    const next = new Set(selected);
    for (const position of positions) {
      if (isAdded) next.add(position);
      else next.delete(position);
    }
    select(next);
  };

  if (pages.problem !== null) return <Problem problem={pages.problem} title={t('reviews.failed.rows')} />;
  if (pages.rows === undefined) return <RowsSkeleton />;
  const collapsed = isCollapsed(filter, review);
  const open = rows.find(({ position }) => position === opened) ?? null;
  const above = (visible[0]?.start ?? top) - top;
  const below = virtualizer.getTotalSize() - ((visible.at(-1)?.end ?? top) - top);
  return (
    <div className="flex items-start gap-4">
      <div className="min-w-0 flex-1">
        {rows.length === 0 && !collapsed && (
          <EmptyState
            icon={ClipboardCheck}
            title={t('reviews.noMatch')}
            how={t('reviews.noMatchHow')}
            action={
              <Link to="." search={{}} className={buttonClass('secondary')}>
                {t('reviews.removeFilters')}
              </Link>
            }
          />
        )}
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
                  form={form?.position === row.position ? form.decision : null}
                  isOpen={opened === row.position}
                  isSelected={selected.has(row.position)}
                  onToggle={(isRange) => toggle(index, isRange)}
                  onOpen={() => setOpened(opened === row.position ? null : row.position)}
                  onChoose={(decision) => choose(index, row, decision)}
                  onStore={(choice) => store(index, [row], choice)}
                  onCancel={() => close(index)}
                  onUndo={() => void decide.withdraw([row])}
                >
                  {!isWide && opened === row.position && <RowContext row={row} />}
                </RowItem>
              );
            })}
          </ol>
          <div style={{ height: below }} />
        </div>
        {pages.hasMore && (
          <div className="mt-4 flex justify-center">
            <Button onClick={pages.loadMore}>{t('more')}</Button>
          </div>
        )}
        {collapsed && (
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
          rows={rows.filter(({ position }) => selected.has(position))}
          onClear={() => select(new Set())}
          onStore={(some, choice) => void decide.decide(some, choice)}
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
