import type { ChangeAction } from '@latchkey/server/router';
import { useTranslation } from '../i18n/use-translation.tsx';
import { isPermission } from '../policy.ts';

/** A permission or a kind of change from a newer server is shown as its key. */
export function useActionName(): (action: string) => string {
  const { t, i18n } = useTranslation();
  const isChange = (action: string): action is ChangeAction => i18n.exists(`actions.${action}`);
  return (action) => {
    if (isPermission(action)) return t(`permission.${action}`);
    return isChange(action) ? t(`actions.${action}`) : action;
  };
}
