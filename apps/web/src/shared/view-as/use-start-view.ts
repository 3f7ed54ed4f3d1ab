import type { Api } from '../../api/api.ts';
import { useRouter } from '@tanstack/react-router';
import type { AppRole } from '@latchkey/policy';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { isViewing, viewInTab, viewKey } from '../../auth/view-as.ts';
import { useGate } from '../../api/permissions.ts';
import { useFailureNotice } from '../failure.tsx';

export type Target =
  { readonly kind: 'person'; readonly subject: string } | { readonly kind: 'role'; readonly role: AppRole };

/** Whether the user can start a view as another user. Always false within a view. */
export function useMayView(): boolean {
  return useGate(trpc.viewAs.start, undefined).state === 'allowed' && !isViewing();
}

/** Starts a view as another user or role. `null` for users without permission, and within a view. */
export function useStartView(): {
  readonly start: (target: Target) => void;
  readonly isPending: boolean;
} | null {
  const { t } = useTranslation();
  const router = useRouter();
  const mayView = useMayView();
  const notifyFailure = useFailureNotice();
  const { mutate, isPending } = trpc.viewAs.start.useMutation({
    onSuccess: ({ id }) => enterView(id, router.buildLocation({ to: '/home' }).href),
    onError: (error) =>
      notifyFailure(t('viewAs.failed'), error, {
        VIEW_AS_MORE_RIGHTS: t('viewAs.code.VIEW_AS_MORE_RIGHTS'),
        MEMBER_SUSPENDED: t('viewAs.code.MEMBER_SUSPENDED'),
      }),
  });
  return mayView ? { start: mutate, isPending } : null;
}

/** Reloads the console, so that no data of one user is shown in the other's view. */
function enterView(id: string, href: string): void {
  sessionStorage.setItem(viewKey, `${id} ${location.pathname}${location.search}`);
  location.assign(href);
}

/** Milliseconds to wait for the server to end a view. If it is unreachable, the view expires by itself. */
const patience = 3_000;

/** Ends this tab's view on the server, if it has one. Never rejects. */
export async function endView({ client }: Pick<Api, 'client'>): Promise<void> {
  const id = viewInTab();
  if (id === undefined || !isViewing()) return;
  await Promise.race([
    client.viewAs.end.mutate({ id }).catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, patience)),
  ]);
}
