import { useRouter } from '@tanstack/react-router';
import type { AppRole } from '@latchkey/policy';
import { Eye } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { isViewing, viewKey } from '../../auth/view-as.ts';
import { useGate } from '../../permissions.ts';
import { Button } from '../button.tsx';
import { useFailureNotice } from '../failure-notice.ts';
import { notify } from '../notice.ts';

export type Target =
  { readonly kind: 'person'; readonly subject: string } | { readonly kind: 'role'; readonly role: AppRole };

const codes = ['VIEW_AS_MORE_RIGHTS', 'MEMBER_SUSPENDED'] as const;

/** Shows the console as somebody else. Nothing for who may not, and within such a view. Loaded by `ViewAs`, hence the default export. */
export default function ViewAsButton({ target }: { readonly target: Target }): ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const mayView = useGate(trpc.viewAs.start).state === 'allowed';
  const notifyFailure = useFailureNotice();
  const start = trpc.viewAs.start.useMutation({
    onSuccess: ({ id }) => enterView(id, router.buildLocation({ to: '/home' }).href),
    onError(error) {
      const code = codes.find((one) => one === errorCodeOf(error));
      if (code === undefined) notifyFailure(t('viewAs.failed'), error);
      else notify({ tone: 'failed', text: t(`viewAs.code.${code}`) });
    },
  });
  if (!mayView || isViewing()) return null;
  return (
    <div className="mt-3">
      <Button className="w-full" disabled={start.isPending} onClick={() => start.mutate(target)}>
        <Eye aria-hidden="true" className="size-4" />
        {t(target.kind === 'person' ? 'viewAs.asPerson' : 'viewAs.asRole')}
      </Button>
      {target.kind === 'person' && <p className="mt-1 text-xs text-muted">{t('viewAs.told')}</p>}
    </div>
  );
}

/** The console is loaded anew, as at the end: nothing of one is shown in the other. */
function enterView(id: string, href: string): void {
  sessionStorage.setItem(viewKey, `${id} ${location.pathname}${location.search}`);
  location.assign(href);
}
