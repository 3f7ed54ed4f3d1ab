import { useTranslation } from 'react-i18next';
import { apiErrorOf } from '../api/api-error.ts';

/** An error of an action in a sentence, for a notice; a page's own errors are `Problem`'s. */
export function useProblemText(): (error: unknown) => string {
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
      default:
        return t('error.whyPlain');
    }
  };
}
