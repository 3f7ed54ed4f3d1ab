import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { notify } from '../../components/notice.ts';

export type OpenCollection = inferRouterOutputs<AppRouter>['collections']['get'];
export type Collected = OpenCollection['reports'][number];

const opposite = { add: 'take', take: 'add' } as const;

/** Adds or removes a report: optimistic, rolled back when the server refuses, and undone from the notice. */
export function useChangeReports({
  id,
}: OpenCollection): (change: 'add' | 'take', report: Collected) => void {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const add = trpc.collections.add.useMutation();
  const take = trpc.collections.take.useMutation();
  const run = async (kind: 'add' | 'take', report: Collected): Promise<void> => {
    const { mutateAsync } = kind === 'add' ? add : take;
    // An earlier query must not overwrite the optimistic state.
    await Promise.all([utils.collections.get.cancel({ id }), utils.collections.addable.cancel({ id })]);
    // Its undo action belongs to the previous change.
    notify(null);
    const before = utils.collections.get.getData({ id });
    utils.collections.get.setData({ id }, (shown) => {
      if (shown === undefined) return undefined;
      const others = shown.reports.filter((one) => one.id !== report.id);
      return { ...shown, reports: kind === 'add' ? [report, ...others] : others };
    });
    try {
      await mutateAsync({ id, report: report.id });
      notify({
        tone: 'done',
        text: t(kind === 'add' ? 'collections.added' : 'collections.taken', { title: report.title }),
        action: { label: t('collections.undo'), run: () => void run(opposite[kind], report) },
      });
    } catch (error) {
      utils.collections.get.setData({ id }, before);
      notifyFailure(t(`collections.wrong.${kind}`), error);
    }
    await Promise.all([utils.collections.invalidate(), utils.why.invalidate()]);
  };
  return (kind, report) => void run(kind, report);
}
