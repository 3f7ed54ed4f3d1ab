import { type LucideIcon, RotateCcw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button } from './button.tsx';
import { Copyable } from './copyable.tsx';
import { PageTitle } from './page.tsx';

interface StatePanelProps {
  readonly icon: LucideIcon;
  /** The color of the icon. The title must convey the same. */
  readonly tone?: 'neutral' | 'denied' | 'unknown';
  readonly title: string;
  /** 1 when the panel replaces a whole page and contains its main heading. */
  readonly level?: 1 | 2;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

const tones = {
  neutral: 'bg-sunken text-muted',
  denied: 'bg-denied-wash text-denied',
  unknown: 'bg-unknown-wash text-unknown',
} as const;

export function StatePanel({
  icon: Icon,
  tone = 'neutral',
  title,
  level = 2,
  children,
  actions,
}: StatePanelProps): ReactNode {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <div className="mx-auto flex max-w-md animate-[rise_160ms_var(--ease-out)] flex-col items-center px-4 py-12 text-center md:py-16">
      <span className={`mb-4 inline-flex size-11 items-center justify-center rounded-full ${tones[tone]}`}>
        <Icon aria-hidden="true" className="size-5" />
      </span>
      <Heading className="text-lg font-semibold">{title}</Heading>
      <div className="mt-2 flex w-full flex-col items-center gap-4 text-balance text-muted">{children}</div>
      {actions !== undefined && <div className="mt-6 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

export function EmptyState(props: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly how: string;
  readonly action?: ReactNode;
}): ReactNode {
  const { icon, title, how, action } = props;
  return (
    <div className="rounded-card border border-dashed border-line">
      <StatePanel icon={icon} title={title} actions={action}>
        <p>{how}</p>
      </StatePanel>
    </div>
  );
}

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
      <PageTitle title={title} />
      <p aria-live="polite">{why}</p>
      {requestId !== null && <Copyable label={t('error.requestId')} text={requestId} />}
    </StatePanel>
  );
}
