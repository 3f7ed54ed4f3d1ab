import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useOptimisticChange } from '../../shared/optimistic-change.ts';
import { listInput, type ReportsFilter } from './filters.ts';

const opposite = { add: 'take', take: 'add' } as const;

/** Adds a report to the collection, or removes it, in the list with this filter. */
export function useChangeReports(id: string, filter: ReportsFilter) {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const makeChange = useOptimisticChange();
  const mutations = { add: trpc.collections.add.useMutation(), take: trpc.collections.take.useMutation() };
  const { list } = utils.reports;
  const input = listInput(filter, id);
  const change = (kind: 'add' | 'take', report: { readonly id: string; readonly title: string }): void =>
    void makeChange({
      cancel: () => Promise.all([list.cancel(input), utils.collections.addable.cancel({ id })]),
      show() {
        const before = list.getInfiniteData(input);
        // The place of an added report is known only to the server.
        list.setInfiniteData(input, (shown) => {
          if (shown === undefined || kind === 'add') return shown;
          const without = (page: (typeof shown.pages)[number]) => ({
            ...page,
            items: page.items.filter((one) => one.id !== report.id),
          });
          return { ...shown, pages: shown.pages.map(without) };
        });
        return () => list.setInfiniteData(input, before);
      },
      send: () => mutations[kind].mutateAsync({ id, report: report.id }),
      done: t(kind === 'add' ? 'collections.added' : 'collections.taken', { title: report.title }),
      undo: { label: t('collections.undo'), run: () => change(opposite[kind], report) },
      failed: t(`collections.wrong.${kind}`),
      refetch: () =>
        Promise.all([
          list.invalidate(),
          utils.reports.counts.invalidate(),
          utils.collections.invalidate(),
          utils.why.invalidate(),
        ]),
    });
  return change;
}
