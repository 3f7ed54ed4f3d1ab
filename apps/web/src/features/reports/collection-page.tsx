import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { BackLink } from '../../shared/not-found.tsx';
import { useOptimisticChange } from '../../shared/optimistic-change.ts';
import { Problem } from '../../shared/problem.tsx';
import { ShareButton } from '../../shared/sharing/share-button.tsx';
import { useRename } from '../../shared/title-form.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { PageSkeleton } from '../../ui/skeletons.tsx';
import { AddReport, MoreCollectionActions } from './collection-actions.tsx';
import { isFiltered, listInput, type ReportsFilter } from './filters.ts';
import type { ReportSummary } from './kinds/report-kind.tsx';
import { Owners } from './owners.tsx';
import { ReportList } from './report-list.tsx';
import { ReportRows } from './report-rows.tsx';
import { RenameForm } from './title-forms.tsx';

const route = getRouteApi('/console/reports/collections/$collectionId');

export function CollectionPage(): ReactNode {
  const { t } = useTranslation();
  const { collectionId: id } = route.useParams();
  const filter = route.useSearch();
  const query = trpc.collections.get.useQuery({ id });
  const problem = useProblem(query);
  const edit = useGate(trpc.collections.removeReport, { id });
  const share = useGate(trpc.collections.access, { id });
  const remove = useGate(trpc.collections.remove, { id });
  const list = useGate(trpc.reports.list, undefined);
  const rename = useRename();
  const change = useChangeReports(id, filter);
  const collection = query.data;
  // Readers have fewer actions. Until the gates are known, a skeleton avoids a layout shift.
  if (collection !== undefined && [edit, share, remove, list].some(({ state }) => state === 'unknown'))
    return <PageSkeleton />;
  if (collection === undefined) {
    if (problem === null) return <PageSkeleton />;
    return (
      <Problem
        problem={problem}
        title={t('collections.failed.one')}
        missing={{
          title: t('collections.missing'),
          why: t('notFound.gone'),
          back: <BackLink to="reports" />,
        }}
      />
    );
  }
  const on = { resource: 'collections', id, isDraft: false } as const;
  const mayEdit = edit.state === 'allowed';
  const hidden = collection.hidden > 0 && !isFiltered(filter) && (
    <p className="mt-4 text-sm text-muted">{t('collections.hidden', { count: collection.hidden })}</p>
  );
  const onRemove = mayEdit ? (report: ReportSummary): void => change('removeReport', report) : undefined;
  const header = (
    <>
      <PageHeader
        title={collection.title}
        purpose={
          <span className="inline-flex max-w-full pt-1">
            <Owners owners={collection.owners} on={on} label={t('reports.column.owner')} />
          </span>
        }
        actionsBelow
        actions={
          <>
            {mayEdit && !isViewing() && <AddReport id={id} onAdd={(report) => change('add', report)} />}
            <ShareButton on={on} />
            <ExportMenu source="reports/export" formats={['csv', 'xlsx']} filter={listInput(filter, id)} />
            <MoreCollectionActions
              collection={collection}
              canRename={mayEdit}
              canRemove={remove.state === 'allowed'}
              rename={rename}
            />
          </>
        }
      />
      {rename.isOpen && <RenameForm resource="collections" item={collection} onClose={rename.close} />}
    </>
  );
  // A role on the collection is enough to open it, even for users who cannot view other reports.
  if (list.state === 'denied')
    return (
      <>
        {header}
        <ReportRows reports={collection.reports} onRemove={onRemove} />
        {hidden}
      </>
    );
  return (
    <ReportList
      header={header}
      filter={filter}
      collection={id}
      onRemove={onRemove}
      empty={{
        title: t('collections.none'),
        how: t(mayEdit ? 'collections.noneHow' : 'collections.noneReader'),
      }}
      above={null}
    >
      {hidden}
    </ReportList>
  );
}

const opposite = { add: 'removeReport', removeReport: 'add' } as const;

function useChangeReports(id: string, filter: ReportsFilter) {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const makeChange = useOptimisticChange();
  const mutations = {
    add: trpc.collections.add.useMutation(),
    removeReport: trpc.collections.removeReport.useMutation(),
  };
  const { list } = utils.reports;
  const input = listInput(filter, id);
  const change = (
    kind: 'add' | 'removeReport',
    report: { readonly id: string; readonly title: string },
  ): void =>
    void makeChange({
      cancel: () => Promise.all([list.cancel(input), utils.collections.addable.cancel({ id })]),
      show() {
        const before = list.getInfiniteData(input);
        // Only the server knows the position of an added report.
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
      done: t(kind === 'add' ? 'collections.added' : 'collections.removeReport.done', {
        title: report.title,
      }),
      undo: { label: t('undo'), run: () => change(opposite[kind], report) },
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
