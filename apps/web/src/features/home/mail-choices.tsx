import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { isViewing } from '../../auth/view-as.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { useGate } from '../../permissions.ts';

/** The user's mail preferences. Hidden if the server sends no mail. */
export function MailChoices(): ReactNode {
  const { t } = useTranslation();
  const isAllowed = useGate(trpc.requests.mails).state === 'allowed' && !isViewing();
  const { data = [] } = trpc.requests.mails.useQuery(undefined, { enabled: isAllowed });
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const choose = trpc.requests.chooseMail.useMutation({
    onError: (error) => notifyFailure(t('home.mail.failed'), error),
    onSettled: () => utils.requests.mails.invalidate(),
  });
  if (data.length === 0) return null;
  return (
    <fieldset className="mt-8">
      <legend className="text-md font-semibold">{t('home.mail.title')}</legend>
      <p className="text-muted">{t('home.mail.about')}</p>
      <div className="mt-2 divide-y divide-line rounded-card border border-line bg-surface">
        {data.map(({ kind, isWanted }) => (
          <label key={kind} className="flex min-h-11 items-center gap-3 px-4 py-2.5">
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-brass"
              // Optimistic while the change is pending.
              checked={
                choose.isPending && choose.variables.kind === kind ? choose.variables.isWanted : isWanted
              }
              onChange={({ target }) => choose.mutate({ kind, isWanted: target.checked })}
            />
            {t(`home.mail.kind.${kind}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
