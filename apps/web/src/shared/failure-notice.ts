import { useTranslation } from '../i18n/use-translation.tsx';
import { apiErrorOf, errorCodeOf } from '../api/api-error.ts';
import { notify } from '../ui/notice.ts';

/**
 * For `onError` of a mutation: a notice of what failed ("The report wasn’t created") and why. Errors that replace a
 * page are rendered by `Problem`.
 */
export function useFailureNotice(): (
  failed: string,
  error: unknown,
  /** The whole message, by error code. */
  known?: Readonly<Record<string, string>>,
) => void {
  const problemText = useProblemText();
  return (failed, error, known = {}) => {
    const text = known[errorCodeOf(error) ?? ''];
    if (text !== undefined) {
      notify({ tone: 'failed', text });
      return;
    }
    // The session dialog reports it; the typed text is sent afterwards.
    if (apiErrorOf(error).kind === 'session-over') return;
    // Without a response, the outcome is unknown.
    const lead = apiErrorOf(error).kind === 'unreachable' ? '' : `${failed}. `;
    notify({ tone: 'failed', text: `${lead}${problemText(error)}` });
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
      case 'signed-out':
        return t('error.signedOut');
      case 'busy':
        // The message includes the time.
        if (problem.code === 'RATE_LIMITED') return t(`error.code.${problem.code}`);
        return `${t(`error.code.${problem.code}`)} ${t('error.whyPlain')}`;
      case 'failed':
        return problem.code === null ? t('error.whyPlain') : t(`error.code.${problem.code}`);
      default:
        return t('error.unknownOutcome');
    }
  };
}
