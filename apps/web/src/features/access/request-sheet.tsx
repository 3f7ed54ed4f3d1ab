import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { RequestSheetProps } from '../../shared/request-sheet.ts';
import { OpenForm } from '../../shared/open-form.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { RequestForm } from './request-form.tsx';
import { SentRequest } from './sent-request.tsx';

/** Opens over a denied page: requests access, and shows the status of the request. */
export default function RequestSheet({ content, open, onClose, onChange }: RequestSheetProps): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.requests.create, undefined);
  return (
    <Sheet
      open={open}
      title={t(content.kind === 'new' ? 'access.request.title' : 'access.request.sentTitle')}
      onClose={onClose}
    >
      {content.kind === 'new' ? (
        <OpenForm gate={gate}>
          <RequestForm {...content} onSent={(id) => onChange({ kind: 'sent', id })} onCancel={onClose} />
        </OpenForm>
      ) : (
        <SentRequest id={content.id} onAskAgain={onChange} />
      )}
    </Sheet>
  );
}
