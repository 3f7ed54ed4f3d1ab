import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button } from './button.tsx';
import { Copyable } from './copyable.tsx';
import { StatePanel } from './state-panel.tsx';

/** Replaces a page: the failed task, what to do, and the request id, which is in the server's log. */
export function ErrorState(props: {
  readonly title: string;
  readonly why?: string;
  readonly requestId?: string | null;
  readonly onRetry: () => void;
  readonly retryLabel?: string;
}): ReactNode {
  const { t } = useTranslation();
  const { title, requestId = null, onRetry, retryLabel = t('error.retry') } = props;
  const why = props.why ?? (requestId === null ? t('error.whyPlain') : t('error.why'));
  return (
    <StatePanel
      icon={TriangleAlert}
      tone="denied"
      level={1}
      title={title}
      actions={
        <Button variant="primary" onClick={onRetry} icon={RotateCcw}>
          {retryLabel}
        </Button>
      }
    >
      <p aria-live="polite">{why}</p>
      {requestId !== null && <Copyable label={t('error.requestId')} text={requestId} />}
    </StatePanel>
  );
}
