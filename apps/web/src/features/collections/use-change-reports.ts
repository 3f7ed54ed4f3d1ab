import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useOptimisticChange } from '../../shared/optimistic-change.ts';

export type OpenCollection = Outputs['collections']['get'];
export type Collected = OpenCollection['reports'][number];

const opposite = { add: 'take', take: 'add' } as const;

/** Adds or removes a report. */
export function useChangeReports({
  id,
}: OpenCollection): (change: 'add' | 'take', report: Collected) => void {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const makeChange = useOptimisticChange();
  const mutations = { add: trpc.collections.add.useMutation(), take: trpc.collections.take.useMutation() };
  const change = (kind: 'add' | 'take', report: Collected): void =>
    void makeChange({
      cancel: () =>
        Promise.all([utils.collections.get.cancel({ id }), utils.collections.addable.cancel({ id })]),
      show() {
        const before = utils.collections.get.getData({ id });
        utils.collections.get.setData({ id }, (shown) => {
          if (shown === undefined) return undefined;
          const others = shown.reports.filter((one) => one.id !== report.id);
          return { ...shown, reports: kind === 'add' ? [report, ...others] : others };
        });
        return () => utils.collections.get.setData({ id }, before);
      },
      send: () => mutations[kind].mutateAsync({ id, report: report.id }),
      done: t(kind === 'add' ? 'collections.added' : 'collections.taken', { title: report.title }),
      undo: { label: t('collections.undo'), run: () => change(opposite[kind], report) },
      failed: t(`collections.wrong.${kind}`),
      refetch: () => Promise.all([utils.collections.invalidate(), utils.why.invalidate()]),
    });
  return change;
}
