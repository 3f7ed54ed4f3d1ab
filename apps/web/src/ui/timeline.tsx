import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { dateFormat, formatElapsed } from './format-time.ts';
import { ExactTime, RelativeTime } from './time.tsx';

export interface TimelineStep {
  readonly key: string;
  readonly icon: LucideIcon;
  readonly tone: string;
  readonly title: string;
  /** An ISO time; absent when the step has not happened yet, or happened together with the previous step. */
  readonly at?: string | null;
  readonly isAhead?: boolean;
  readonly children?: ReactNode;
}

/**
 * Steps from top to bottom. The first step shows its time, the others the duration since the previous step; a future
 * step shows how soon it is. The exact times are in the tooltips.
 */
export function Timeline(props: {
  readonly label: string;
  readonly level: 2 | 3;
  readonly steps: readonly TimelineStep[];
}): ReactNode {
  const { label, level, steps } = props;
  const Heading = `h${level}` as const;
  const times = steps.map(({ at }) => at ?? null);
  return (
    <ol aria-label={label} className="max-w-3xl">
      {steps.map(({ key, icon: Icon, tone, title, at = null, isAhead = false, children }, index) => (
        <li key={key} className="group relative flex gap-4 pb-6 last:pb-0">
          <span
            aria-hidden="true"
            className="absolute top-8 bottom-0 left-4 w-px bg-line group-last:hidden"
          />
          <span
            className={`inline-flex size-8 shrink-0 items-center justify-center rounded-full border border-line bg-surface ${tone}`}
          >
            <Icon aria-hidden="true" className="size-4" />
          </span>
          <div className="min-w-0 flex-1 pt-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <Heading className="font-medium wrap-anywhere">{title}</Heading>
              {at !== null && (
                <span className="text-sm text-muted tabular-nums">
                  {isAhead ? (
                    <RelativeTime at={at} />
                  ) : (
                    <Time at={at} since={times.slice(0, index).findLast((time) => time !== null)} />
                  )}
                </span>
              )}
            </div>
            <div className="mt-0.5 flex flex-col gap-2 text-muted">{children}</div>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Time(props: { readonly at: string; readonly since: string | null | undefined }): ReactNode {
  const { at, since } = props;
  const { t, i18n } = useTranslation();
  if (since == null) return <ExactTime at={at} seconds />;
  const exact = dateFormat(i18n.language, { dateStyle: 'long', timeStyle: 'medium' });
  const elapsed = Date.parse(at) - Date.parse(since);
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {elapsed < 50 ? t('immediately') : t('after', { duration: formatElapsed(elapsed, i18n.language) })}
    </time>
  );
}
