import { CloudAlert } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { apiErrorOf, isMissing } from '../api/api-error.ts';
import type { LoadProblem } from '../api/use-problem.ts';
import { AccessDenied } from './access-denied.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorState, StatePanel } from '../ui/state-panel.tsx';
import { NotFound } from './not-found.tsx';
import { useSignIn } from './use-sign-in.tsx';
import { PageTitle } from '../ui/page.tsx';

export function Problem(props: {
  readonly problem: LoadProblem;
  /** The failed task: "The reports couldn’t be loaded". */
  readonly title: string;
  readonly missing?: ComponentProps<typeof NotFound>;
}): ReactNode {
  const { title, missing } = props;
  const { error, retry: onRetry } = props.problem;
  const { t } = useTranslation();
  if (missing !== undefined && isMissing(error)) return <NotFound {...missing} />;
  const problem = apiErrorOf(error);
  switch (problem.kind) {
    case 'denied':
      return <AccessDenied denial={problem.denial} onRetry={onRetry} />;
    case 'undecided':
      return <Undecided onRetry={onRetry} />;
    case 'not-found':
      return <NotFound />;
    case 'signed-out':
    case 'session-over':
      return <SignedOut title={title} />;
    case 'unreachable':
      return <ErrorState title={title} why={t('error.unreachable')} onRetry={onRetry} />;
    case 'busy':
      return (
        <ErrorState
          title={title}
          why={`${t(`error.code.${problem.code}`)} ${t('error.again')}`}
          onRetry={onRetry}
        />
      );
    default:
      return (
        <ErrorState
          title={title}
          {...(problem.code !== null && { why: t(`error.code.${problem.code}`) })}
          requestId={problem.requestId}
          onRetry={onRetry}
        />
      );
  }
}

function SignedOut({ title }: { readonly title: string }): ReactNode {
  const { t } = useTranslation();
  const { signIn, isUnreachable } = useSignIn();
  return (
    <ErrorState
      title={title}
      why={t(isUnreachable ? 'error.signInUnreachable' : 'error.signedOut')}
      retryLabel={t('error.signIn')}
      onRetry={() => signIn()}
    />
  );
}

/** Shown during an outage, which is not a denial. Queries are retried automatically; the button retries immediately. */
export function Undecided({ onRetry }: { readonly onRetry: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <StatePanel
      icon={CloudAlert}
      tone="unknown"
      level={1}
      title={t('undecided.title')}
      actions={<Button onClick={onRetry}>{t('undecided.check')}</Button>}
    >
      <PageTitle title={t('undecided.title')} />
      <output>{t('undecided.why')}</output>
    </StatePanel>
  );
}
