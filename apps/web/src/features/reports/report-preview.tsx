import { keepPreviousData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useDebounced } from '../../ui/use-debounced.ts';
import { useGate } from '../../api/permissions.ts';
import { KindTable, type requestOf } from './kinds/kinds.tsx';

type Request = ReturnType<typeof requestOf>;

/** The debounce delay of a preview in milliseconds. */
const pause = 200;

/**
 * A preview of the report with these options; hidden from users who cannot create it. A pending preview with other
 * options is aborted.
 */
export function ReportPreview({ request }: { readonly request: Request }): ReactNode {
  const { t } = useTranslation();
  const settled: Request = JSON.parse(useDebounced(JSON.stringify(request), pause));
  const gate = useGate(trpc.reports.preview, { kind: settled.kind }).state;
  const preview = trpc.reports.preview.useQuery(settled, {
    enabled: gate === 'allowed',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    trpc: { abortOnUnmount: true },
  });
  const { data } = preview;
  // Rows of another kind would be wrong, not only outdated.
  const shown = data?.kind === request.kind ? data : undefined;
  const isOld = preview.isPlaceholderData || JSON.stringify(settled) !== JSON.stringify(request);
  if (gate === 'denied') return null;
  return (
    <section aria-labelledby="preview-title" aria-busy={isOld}>
      <h2 id="preview-title" className="mb-1.5 font-medium">
        {t('report.form.preview')}
        <output className="ml-2 font-normal text-muted tabular-nums">
          {shown !== undefined && !isOld && t('report.rows', { count: shown.total })}
        </output>
      </h2>
      {shown === undefined ? (
        <p className="rounded-card border border-dashed border-line p-4 text-muted">
          {t(preview.isError ? 'report.form.previewFailed' : 'report.form.previewing')}
        </p>
      ) : shown.total === 0 ? (
        <p className="rounded-card border border-dashed border-line p-4 text-muted">
          {t(`report.nothing.${shown.kind}`)}
        </p>
      ) : (
        <div className={isOld ? 'opacity-60' : ''}>
          <KindTable kind={shown.kind} rows={shown.rows} />
        </div>
      )}
    </section>
  );
}
