import { useTranslation } from '../i18n/use-translation.tsx';
import { apiErrorOf, errorCodeOf } from '../api/api-error.ts';
import { notify } from '../ui/notice.tsx';
import type { ReactNode } from 'react';

type Describe<Result> = (
  failed: string,
  error: unknown,
  /** Texts that replace the whole message, by error code. */
  known?: Readonly<Record<string, string>>,
) => Result;

/** For `onError` of a mutation. A sheet shows its errors itself, with `useFailureText`; `Problem` replaces a page. */
export function useFailureNotice(): Describe<void> {
  const failureText = useFailureText();
  return (...failure) => {
    const text = failureText(...failure);
    if (text !== null) notify({ tone: 'failed', text });
  };
}

export function useFailureText(): Describe<string | null> {
  const problemText = useProblemText();
  return (failed, error, known = {}) => {
    if (error === null) return null;
    const text = known[errorCodeOf(error) ?? ''];
    if (text !== undefined) return text;
    const { kind } = apiErrorOf(error);
    // The layout reports the end of the session; the user can send the form again after signing in.
    if (kind === 'session-over' || kind === 'signed-out') return null;
    // Without a response, the outcome is unknown.
    const lead = kind === 'unreachable' ? '' : `${failed}. `;
    return `${lead}${problemText(error)}`;
  };
}

function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    const problem = apiErrorOf(error);
    switch (problem.kind) {
      case 'denied':
        return problem.denial.permission === null
          ? t('denied.unnamed')
          : t('gate.needs', { permission: t(`permission.${problem.denial.permission}`) });
      case 'undecided':
        return `${t('undecided.title')}.`;
      case 'not-found':
        return t('notFound.gone');
      case 'busy':
        // This message says when to try again.
        if (problem.code === 'RATE_LIMITED') return t(`error.code.${problem.code}`);
        return `${t(`error.code.${problem.code}`)} ${t('error.whyPlain')}`;
      case 'failed':
        return problem.code === null ? t('error.whyPlain') : t(`error.code.${problem.code}`);
      default:
        return t('error.unknownOutcome');
    }
  };
}

/** Shows in a form why its last attempt failed. `error` is the mutation’s; the next attempt resets it. */
export function FormFailure(props: {
  /** The failed task: "The request wasn’t sent". */
  readonly failed: string;
  readonly error: unknown;
  readonly known?: Readonly<Record<string, string>>;
}): ReactNode {
  const { failed, error, known } = props;
  const text = useFailureText()(failed, error, known);
  if (text === null) return null;
  return (
    <p role="alert" className="text-denied">
      {text}
    </p>
  );
}
