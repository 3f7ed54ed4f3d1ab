import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';

const second = 1_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, second);
  return () => clearInterval(timer);
}
const thisSecond = (): number => Math.floor(Date.now() / second) * second;

/**
 * A countdown to the next attempt: "Next attempt in 40 seconds". `at` is an ISO time; `null` while a worker processes
 * the delivery.
 */
export function NextAttempt({ at }: { readonly at: string | null }): ReactNode {
  const { t, i18n } = useTranslation();
  const now = useSyncExternalStore(subscribe, thisSecond);
  if (at === null) return <p>{t('sync.delivery.trying')}</p>;
  const left = Math.ceil((Date.parse(at) - now) / second);
  const relative = new Intl.RelativeTimeFormat(i18n.language, { numeric: 'always' });
  const when =
    left < 120 ? relative.format(left, 'second') : relative.format(Math.round(left / 60), 'minute');
  return (
    <p>
      <time dateTime={at} className="font-medium text-ink tabular-nums">
        {left <= 0 ? t('sync.delivery.nextNow') : t('sync.delivery.next', { when })}
      </time>
    </p>
  );
}
