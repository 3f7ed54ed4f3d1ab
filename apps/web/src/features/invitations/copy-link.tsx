import { Check, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { notify } from '../../ui/notice.tsx';
import type { Invitation } from './invitation-labels.tsx';

/** Copies the invitation link. This page builds it if the server does not know the console's URL. */
export function CopyLink({
  invitation: { id, invitee, link },
}: {
  readonly invitation: Pick<Invitation, 'id' | 'invitee' | 'link'>;
}): ReactNode {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const address = link ?? `${location.origin}/invitations/${id}/accept`;
  const Icon = copied ? Check : Copy;
  return (
    <Button
      variant="quiet"
      onClick={() => {
        navigator.clipboard.writeText(address).then(
          () => setCopied(true),
          // Without clipboard access, the URL is shown for selection.
          () => notify({ tone: 'failed', text: address }),
        );
      }}
      icon={Icon}
    >
      {/* Overlapping labels, so that the button keeps its size. */}
      <span className="grid">
        <span className={`col-start-1 row-start-1 ${copied ? 'invisible' : ''}`}>
          {t('invitations.copyLink')}
        </span>
        <output className={`col-start-1 row-start-1 ${copied ? '' : 'invisible'}`}>
          {copied && t('invitations.copied')}
        </output>
      </span>{' '}
      <span className="sr-only">{t('invitations.link', { email: invitee })}</span>
    </Button>
  );
}
