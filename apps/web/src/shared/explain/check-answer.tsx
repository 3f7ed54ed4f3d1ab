import { useRouteContext } from '@tanstack/react-router';
import { CircleCheck, CircleX, CloudAlert, LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { apiErrorOf, errorCodeOf } from '../../api/api-error.ts';
import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import type { AskedCheck, Explained } from './explanation.ts';
import { Reason } from './reason.tsx';
import { Remedies } from './remedies.tsx';

/** Refetched whenever it is opened, because users often check right after a change. */
const options = {
  staleTime: 0,
  refetchOnWindowFocus: false,
  // The facts may include a change that the PDP has not received yet, so poll until both agree.
  refetchInterval: ({ state: { data, error } }: Answered) =>
    data?.agrees === false ? retryInterval : retryIntervalAfter(error),
} as const;

interface Answered {
  readonly state: { readonly data: { readonly agrees: boolean } | undefined; readonly error: unknown };
}

/** The current user; in a view as another user, that user. Without a key while loading. */
export function useReader(): { readonly key: string | undefined; readonly name: string | null } {
  const { person } = useRouteContext({ from: '/console' });
  const { data: me } = trpc.session.me.useQuery();
  const { data: view } = trpc.viewAs.current.useQuery(undefined, { enabled: isViewing() });
  return {
    key: isViewing() && view === undefined ? undefined : me?.subject,
    name: view?.target.kind === 'person' ? view.target.name : (person.name ?? person.email),
  };
}

export function CheckAnswer(props: {
  readonly check: AskedCheck;
  /** Offered to users who cannot check others: asks about the current user instead. */
  readonly onAskAboutReader?: () => void;
  readonly isShareable?: boolean;
}): ReactNode {
  const { permission, on, ...check } = props.check;
  const { t } = useTranslation();
  const reader = useReader();
  const { person = reader.key ?? '' } = check;
  const isOwn = person === reader.key;
  const own = trpc.why.mine.useQuery({ permission, on }, { ...options, enabled: isOwn });
  const others = trpc.why.explain.useQuery(
    { person, permission, on },
    { ...options, enabled: reader.key !== undefined && !isOwn },
  );
  const problem = useProblem(isOwn ? own : others);
  const explanation = isOwn ? own.data : others.data;
  const about: Explained = isOwn
    ? { key: person, name: reader.name, isReader: true }
    : { key: person, name: null, ...others.data?.person, isReader: false };
  const isActive = isOwn || others.data?.person.isActive === true;
  const isAllowed = explanation?.outcome === 'allow' && isActive;
  const name = about.name ?? t('reason.somebody');
  const verdict = isOwn
    ? t(isAllowed ? 'reason.yesYou' : 'reason.noYou')
    : t(isAllowed ? 'reason.yes' : 'reason.no', { name });
  const Icon = isAllowed ? CircleCheck : CircleX;
  return (
    <>
      {/* Always in the document, because screen readers ignore a live region that is added with its text. */}
      <output className="sr-only">{explanation && verdict}</output>
      {explanation !== undefined ? (
        <div className="flex flex-col gap-6">
          <div>
            <h2 className="mb-3 flex items-start gap-2 text-lg font-semibold wrap-anywhere">
              <Icon
                aria-hidden="true"
                className={`mt-0.5 size-5 shrink-0 ${isAllowed ? 'text-allowed' : 'text-denied'}`}
              />
              {verdict}
            </h2>
            <Reason person={about} explanation={explanation} isActive={isActive} />
          </div>
          {explanation.paths.length === 0 && (
            <Remedies person={about} explanation={explanation} isShareable={props.isShareable === true} />
          )}
        </div>
      ) : problem === null ? (
        <AnswerSkeleton />
      ) : !isOwn && apiErrorOf(problem.error).kind === 'denied' ? (
        <AboutOthersDenied onAskAboutReader={props.onAskAboutReader} />
      ) : (
        <AnswerProblem problem={problem} />
      )}
    </>
  );
}

function AnswerSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="@container flex flex-col gap-3">
      <span className="skeleton h-7 w-56" />
      <span className="skeleton h-5 w-80 max-w-full" />
      <span className="flex flex-col gap-3 @xl:flex-row">
        {['person', 'role', 'where', 'permission'].map((part) => (
          <span key={part} className="skeleton h-13 w-40" />
        ))}
      </span>
    </div>
  );
}

const codes = [
  'PERSON_NOT_FOUND',
  'REPORT_NOT_FOUND',
  'COLLECTION_NOT_FOUND',
  'PERMISSION_UNKNOWN',
  'EXPLANATION_LIMIT',
  'EXPLANATION_UNAVAILABLE',
  'DIRECTORY_UNAVAILABLE',
  'AUTHORIZATION_UNAVAILABLE',
  'VIEW_AS_NOT_SHOWN',
] as const;

function AnswerProblem({ problem }: { readonly problem: LoadProblem }): ReactNode {
  const { t } = useTranslation();
  const code = codes.find((one) => one === errorCodeOf(problem.error));
  return (
    <StatePanel
      icon={CloudAlert}
      tone="unknown"
      title={t('reason.failed')}
      actions={<Button onClick={problem.retry}>{t('error.retry')}</Button>}
    >
      <p role="alert">{code === undefined ? t('error.whyPlain') : t(`reason.code.${code}`)}</p>
    </StatePanel>
  );
}

function AboutOthersDenied({
  onAskAboutReader,
}: {
  readonly onAskAboutReader: (() => void) | undefined;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <StatePanel
      icon={LockKeyhole}
      tone="denied"
      title={t('reason.others')}
      actions={onAskAboutReader && <Button onClick={onAskAboutReader}>{t('reason.aboutYou')}</Button>}
    >
      <p>{t('reason.othersHow', { permission: t('permission.members:view') })}</p>
    </StatePanel>
  );
}
