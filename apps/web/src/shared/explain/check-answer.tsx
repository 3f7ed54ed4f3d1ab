import { useRouteContext } from '@tanstack/react-router';
import { CircleCheck, CircleX, CloudAlert, LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { apiErrorOf, errorCodeOf } from '../../api/api-error.ts';
import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import type { AskedCheck, Explained, Explanation } from './explanation.ts';
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

interface AboutOthers {
  /** Offered to users who cannot check others: asks about the current user instead. */
  readonly onAskAboutReader?: () => void;
  readonly isShareable?: boolean;
}

export function CheckAnswer({ check, ...others }: AboutOthers & { readonly check: AskedCheck }): ReactNode {
  const { person: signedIn } = useRouteContext({ from: '/console' });
  const { data: me } = trpc.session.me.useQuery();
  if (me === undefined) return <AnswerSkeleton />;
  const { person = me.subject } = check;
  return person === me.subject ? (
    <OwnAnswer {...check} reader={{ key: person, name: signedIn.name ?? signedIn.email }} />
  ) : (
    <OthersAnswer {...check} person={person} {...others} />
  );
}

function OwnAnswer(
  props: AskedCheck & { readonly reader: { readonly key: string; readonly name: string | null } },
): ReactNode {
  const { permission, on, reader } = props;
  const query = trpc.why.mine.useQuery({ permission, on }, options);
  const problem = useProblem(query);
  if (problem !== null) return <AnswerProblem problem={problem} />;
  if (query.data === undefined) return <AnswerSkeleton />;
  return <Answer person={{ ...reader, isReader: true }} explanation={query.data} />;
}

function OthersAnswer(props: AboutOthers & AskedCheck & { readonly person: string }): ReactNode {
  const { person, permission, on, onAskAboutReader, isShareable = false } = props;
  const query = trpc.why.explain.useQuery({ person, permission, on }, options);
  const problem = useProblem(query);
  if (problem !== null)
    return apiErrorOf(problem.error).kind === 'denied' ? (
      <AboutOthersDenied onAskAboutReader={onAskAboutReader} />
    ) : (
      <AnswerProblem problem={problem} />
    );
  if (query.data === undefined) return <AnswerSkeleton />;
  return (
    <Answer
      person={{ ...query.data.person, isReader: false }}
      explanation={query.data}
      isActive={query.data.person.isActive}
      isShareable={isShareable}
    />
  );
}

function Answer(props: {
  readonly person: Explained;
  readonly explanation: Explanation;
  readonly isActive?: boolean;
  readonly isShareable?: boolean;
}): ReactNode {
  const { person, explanation, isActive = true, isShareable = false } = props;
  const { t } = useTranslation();
  const isAllowed = explanation.outcome === 'allow' && isActive;
  const name = person.name ?? t('reason.somebody');
  const verdict = person.isReader
    ? t(isAllowed ? 'reason.yesYou' : 'reason.noYou')
    : t(isAllowed ? 'reason.yes' : 'reason.no', { name });
  const Icon = isAllowed ? CircleCheck : CircleX;
  return (
    <div className="flex flex-col gap-6">
      <div>
        <h2 aria-live="polite" className="mb-3 flex items-start gap-2 text-lg font-semibold wrap-anywhere">
          <Icon
            aria-hidden="true"
            className={`mt-0.5 size-5 shrink-0 ${isAllowed ? 'text-allowed' : 'text-denied'}`}
          />
          {verdict}
        </h2>
        <Reason person={person} explanation={explanation} isActive={isActive} />
      </div>
      {explanation.paths.length === 0 && (
        <Remedies person={person} explanation={explanation} isShareable={isShareable} />
      )}
    </div>
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
