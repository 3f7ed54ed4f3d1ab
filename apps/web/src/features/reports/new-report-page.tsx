import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useGate, useInvalidateGates } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { AccessDenied } from '../../shared/access-denied.tsx';
import { denialOf } from '../../shared/denied-text.ts';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { OpenForm, useWasAllowed } from '../../shared/open-form.tsx';
import { Undecided } from '../../shared/problem.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { buttonClass } from '../../ui/button.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { useDebounced } from '../../ui/search-field.tsx';
import { KindChoice, KindOptions } from './kind-options.tsx';
import { KindTable, requestOf } from './kinds/kinds.tsx';

export function NewReportPage(): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.reports.create, undefined);
  const invalidateGates = useInvalidateGates();
  // Typed text must survive an outage and the end of a role. The server checks the permission when the form is sent.
  const wasAllowed = useWasAllowed(gate);
  if (gate.state === 'denied' && !wasAllowed)
    return <AccessDenied denial={denialOf(gate)} onRetry={invalidateGates} />;
  if (gate.state === 'unavailable' && !wasAllowed) return <Undecided onRetry={invalidateGates} />;
  return (
    <div className="max-w-2xl">
      <PageHeader title={t('report.form.title')} purpose={t('report.form.purpose')} />
      <OpenForm gate={gate}>
        <NewReportForm ready={wasAllowed} />
      </OpenForm>
    </div>
  );
}

const route = getRouteApi('/console/reports/new');

/** `ready`: the user is known to have the permission. */
function NewReportForm({ ready }: { readonly ready: boolean }): ReactNode {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const request = requestOf(search);
  const utils = trpc.useUtils();
  const invalidateGates = useInvalidateGates();
  const notifyFailure = useFailureNotice();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [title, setTitle] = useTypedText('report-title');
  const [problem, setProblem] = useState<ReturnType<typeof titleProblem>>(null);

  // The kind in the URL may be one that the user cannot create.
  const mayCreate = useGate(trpc.reports.create, { kind: request.kind }).state === 'allowed';

  // The form is the purpose of the page, so its first field has the focus.
  useEffect(() => field.current?.focus({ preventScroll: true }), []);

  const create = trpc.reports.create.useMutation({
    onSuccess: async ({ id }) => {
      setTitle('');
      invalidateGates();
      await Promise.all([utils.reports.list.invalidate(), utils.reports.counts.invalidate()]);
      await navigate({ to: '/reports/$reportId', params: { reportId: id } });
    },
    onError: (error) => notifyFailure(t('report.form.failed'), error),
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = titleProblem(title);
    setProblem(found);
    if (found === null) create.mutate({ title: title.trim(), ...request });
    else field.current?.focus();
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-6">
      <div>
        <label htmlFor={`${id}-title`} className="font-medium">
          {t('report.form.name')}
        </label>
        <input
          ref={field}
          id={`${id}-title`}
          value={title}
          onChange={(event) => {
            setTitle(event.target.value);
            if (problem !== null) setProblem(titleProblem(event.target.value));
          }}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-hint`}
          autoComplete="off"
          className="mt-1.5 block h-10 w-full pointer-coarse:h-11 rounded-control border border-line-strong bg-surface px-3 text-md aria-invalid:border-denied"
        />
        <p
          id={`${id}-hint`}
          aria-live="polite"
          className={`mt-1.5 text-sm ${problem === null ? 'text-muted' : 'text-denied'}`}
        >
          {problem === null && t('report.form.nameHint')}
          {problem === 'missing' && t('report.form.nameMissing')}
          {problem === 'long' && t('report.form.nameLong', { max: titleLimit })}
        </p>
      </div>
      <KindChoice
        kind={request.kind}
        onChoose={(kind) => void navigate({ search: { kind }, replace: true, resetScroll: false })}
      />
      <KindOptions
        search={search}
        onChange={(more) =>
          void navigate({ search: { ...search, ...more }, replace: true, resetScroll: false })
        }
      />
      <ReportPreview request={request} />
      <p className="text-muted">{t('report.form.next')}</p>
      <div className="flex flex-wrap gap-2">
        <ChangeButton type="submit" variant="primary" disabled={!ready || !mayCreate || create.isPending}>
          {t('report.form.submit')}
        </ChangeButton>
        <Link to="/reports" className={buttonClass('quiet')}>
          {t('cancel')}
        </Link>
      </div>
    </form>
  );
}

/** In characters; the server has the same limit. */
const titleLimit = 120;

/** Why the server would reject this title; `null` if it accepts it. */
export function titleProblem(title: string): 'missing' | 'long' | null {
  const trimmed = title.trim();
  if (trimmed === '') return 'missing';
  return trimmed.length > titleLimit ? 'long' : null;
}

type Request = ReturnType<typeof requestOf>;

/** Milliseconds. */
const pause = 200;

/** Changed options abort a pending preview. */
function ReportPreview({ request }: { readonly request: Request }): ReactNode {
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
          {t(`reportKinds.${shown.kind}.nothing`)}
        </p>
      ) : (
        <div className={isOld ? 'opacity-60' : ''}>
          <KindTable kind={shown.kind} rows={shown.rows} />
        </div>
      )}
    </section>
  );
}
