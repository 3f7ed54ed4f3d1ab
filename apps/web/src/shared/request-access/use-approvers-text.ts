import type { Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { nameOf } from '../person.tsx';

type Approvers = Access['approvers'];

const maxNames = 3;

export function useApproversText() {
  const { t, i18n } = useTranslation();
  const nameless = (approvers: Approvers): string | undefined => {
    if (approvers !== null && approvers.people.length > 0) return undefined;
    return approvers === null || approvers.more
      ? t('requestAccess.approversUnknown')
      : t('requestAccess.approversNone');
  };
  const listOf = (approvers: Approvers): string[] => {
    const { people = [], more = false } = approvers ?? {};
    const named = people.slice(0, maxNames).map(nameOf);
    return more || people.length > maxNames ? [...named, t('requestAccess.others')] : named;
  };
  return {
    /** "Approver: Amelia Hart" */
    full(approvers: Approvers): string {
      const names = listOf(approvers);
      return (
        nameless(approvers) ?? t('requestAccess.approvers', { count: names.length, names: i18n.list(names) })
      );
    },
    /** "Amelia Hart", for use below a heading. If no name is known, a sentence that says so. */
    names: (approvers: Approvers): string => nameless(approvers) ?? i18n.list(listOf(approvers)),
  };
}

export type Access = Outputs['session']['access'];
