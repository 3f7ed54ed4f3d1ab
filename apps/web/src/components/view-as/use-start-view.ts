import { useRouter } from '@tanstack/react-router';
import type { AppRole } from '@latchkey/policy';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { isViewing, viewKey } from '../../auth/view-as.ts';
import { useGate } from '../../permissions.ts';
import { useFailureNotice } from '../failure-notice.ts';
import { notify } from '../notice.ts';

export type Target =
  { readonly kind: 'person'; readonly subject: string } | { readonly kind: 'role'; readonly role: AppRole };

const codes = ['VIEW_AS_MORE_RIGHTS', 'MEMBER_SUSPENDED'] as const;

/** Starts a view as another user. `null` for users without permission, and within a view. */
export function useStartView(): {
  readonly start: (target: Target) => void;
  readonly isPending: boolean;
} | null {
  const { t } = useTranslation();
  const router = useRouter();
  const mayView = useGate(trpc.viewAs.start).state === 'allowed';
  const notifyFailure = useFailureNotice();
  const { mutate, isPending } = trpc.viewAs.start.useMutation({
    onSuccess: ({ id }) => enterView(id, router.buildLocation({ to: '/home' }).href),
    onError(error) {
      const code = codes.find((one) => one === errorCodeOf(error));
      if (code === undefined) notifyFailure(t('viewAs.failed'), error);
      else notify({ tone: 'failed', text: t(`viewAs.code.${code}`) });
    },
  });
  return mayView && !isViewing() ? { start: mutate, isPending } : null;
}

/** Reloads the console, as when the view ends, so that no data of one is shown in the other. */
function enterView(id: string, href: string): void {
  sessionStorage.setItem(viewKey, `${id} ${location.pathname}${location.search}`);
  location.assign(href);
}
