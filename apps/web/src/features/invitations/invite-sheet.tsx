import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import type { InviteOptions, InviteOutcome } from './invitation-labels.tsx';
import { InviteForm } from './invite-form.tsx';
import { InviteOutcomes } from './invite-outcomes.tsx';

/** Invites users, and shows the outcomes. Loaded when first opened, hence the default export. */
export default function InviteSheet(props: {
  readonly open: boolean;
  readonly options: InviteOptions;
  readonly onClose: () => void;
}): ReactNode {
  const { open, options, onClose } = props;
  const { t } = useTranslation();
  const [outcomes, setOutcomes] = useState<readonly InviteOutcome[] | null>(null);
  return (
    <Sheet
      open={open}
      title={t('invitations.sheet.title')}
      closeLabel={t('invitations.sheet.close')}
      onClose={onClose}
      onClosed={() => setOutcomes(null)}
    >
      {outcomes === null ? (
        <InviteForm options={options} onInvited={setOutcomes} onCancel={onClose} />
      ) : (
        <InviteOutcomes outcomes={outcomes} onMore={() => setOutcomes(null)} onDone={onClose} />
      )}
    </Sheet>
  );
}
