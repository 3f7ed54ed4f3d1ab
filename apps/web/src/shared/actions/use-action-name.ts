import { useTranslation } from '../../i18n/use-translation.tsx';
import { isPermission } from '../../policy.ts';
import type { messages } from './messages.en.ts';

type Changes = typeof messages;
type ChangeName = { [Group in keyof Changes]: `${Group}.${keyof Changes[Group] & string}` }[keyof Changes];

/** A permission or a kind of change from a newer server is shown as its key. */
export function useActionName(): (action: string) => string {
  const { t, i18n } = useTranslation();
  const isChange = (action: string): action is ChangeName => i18n.exists(`actions.${action}`);
  return (action) => {
    if (isPermission(action)) return t(`permission.${action}`);
    return isChange(action) ? t(`actions.${action}`) : action;
  };
}
