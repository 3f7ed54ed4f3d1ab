import { Link } from '@tanstack/react-router';
import { FileText, X } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { ChangeButton } from '../../shared/change-button.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Select } from '../../ui/select.tsx';
import { useGate } from '../../api/permissions.ts';
import { useChangeReports, type Collected, type OpenCollection } from './use-change-reports.ts';

/** The reports of a collection; users who can edit it add and remove reports. */
export function CollectionReports({ collection }: { readonly collection: OpenCollection }): ReactNode {
  const { id, reports, hidden } = collection;
  const { t } = useTranslation();
  const mayEdit = useGate(trpc.collections.take, { id }).state === 'allowed';
  const change = useChangeReports(collection);
  return (
    <section aria-labelledby="collection-reports">
      <h2 id="collection-reports" className="text-md font-semibold">
        {t('collections.reports')}
      </h2>
      <div className="mt-2 divide-y divide-line rounded-card border border-line bg-surface">
        {reports.length === 0 && hidden === 0 && (
          <p className="px-4 py-3 text-muted">{t('collections.none')}</p>
        )}
        {reports.length > 0 && (
          <ul className="divide-y divide-line">
            {reports.map((report) => (
              <li key={report.id} className="flex min-h-13 items-center gap-3 px-4 py-2">
                <FileText aria-hidden="true" className="size-4 shrink-0 text-muted" />
                <span className="min-w-0 flex-1">
                  <Link
                    to="/reports/$reportId"
                    params={{ reportId: report.id }}
                    className="font-medium wrap-anywhere underline-offset-4 hover:underline pointer-coarse:py-3"
                  >
                    {report.title}
                  </Link>
                </span>
                <span className="text-sm text-muted">
                  <RelativeTime at={report.createdAt} />
                </span>
                {mayEdit && <TakeOut report={report} onTake={() => change('take', report)} />}
              </li>
            ))}
          </ul>
        )}
        {hidden > 0 && (
          <p className="px-4 py-3 text-sm text-muted">{t('collections.hidden', { count: hidden })}</p>
        )}
        {mayEdit && <AddReport id={id} onAdd={(report) => change('add', report)} />}
      </div>
    </section>
  );
}

function TakeOut(props: { readonly report: Collected; readonly onTake: () => void }): ReactNode {
  const { report, onTake } = props;
  const { t } = useTranslation();
  const label = t('collections.take', { title: report.title });
  return (
    <ChangeButton
      variant="quiet"
      aria-label={label}
      title={label}
      onClick={onTake}
      className="w-9 px-0! pointer-coarse:w-11"
      icon={X}
    />
  );
}

function AddReport(props: { readonly id: string; readonly onAdd: (report: Collected) => void }): ReactNode {
  const { id, onAdd } = props;
  const { t } = useTranslation();
  const { data } = trpc.collections.addable.useQuery({ id });
  const [chosen, setChosen] = useState('');
  const report = data?.find((one) => one.id === chosen);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (report !== undefined) onAdd(report);
    setChosen('');
  };
  if (data?.length === 0) return <p className="px-4 py-3 text-sm text-muted">{t('collections.add.none')}</p>;
  return (
    <form onSubmit={submit} className="flex flex-wrap gap-2 px-4 py-3">
      <Select
        aria-label={t('collections.add.label')}
        value={report?.id ?? ''}
        onChange={({ target }) => setChosen(target.value)}
      >
        <option value="">{t('collections.add.choose')}</option>
        {data?.map(({ id: key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </Select>
      <ChangeButton type="submit" disabled={report === undefined}>
        {t('collections.add.submit')}
      </ChangeButton>
    </form>
  );
}
