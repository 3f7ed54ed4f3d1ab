import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person } from '../../shared/person.tsx';
import { textAction } from '../../ui/button.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { Section, sectionRow } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { DecidedProgress } from './labels.tsx';
import { scopeText, type Review } from './review.ts';

export function ReviewPurpose({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {scopeText(review.scope, t)}
      {review.closedAt === null && (
        <>
          {' · '}
          {t('reviews.column.due')} <RelativeTime at={review.dueAt} />
        </>
      )}
      {review.recurrence !== 'none' && ` · ${t(`reviews.recurrence.${review.recurrence}`)}`}
      {review.canManage && review.previous !== null && (
        <>
          {' · '}
          {t('reviews.previous')}{' '}
          <Link to="/reviews/$reviewId" params={{ reviewId: review.previous.id }} className={textAction}>
            {review.previous.name}
          </Link>
        </>
      )}
    </>
  );
}

export function CompletenessText({ review: { completeness } }: { readonly review: Review }): ReactNode {
  const { t, i18n } = useTranslation();
  if (completeness === null) return null;
  const { until, logtoUsers, onlyInLogto, permitUsers, permitRoles, rows } = completeness;
  const at = dateFormat(i18n.language, { dateStyle: 'long', timeStyle: 'medium' }).format(new Date(until));
  const values = { at, users: permitUsers, roles: permitRoles, rows };
  return logtoUsers === null
    ? t('reviews.population.withoutLogto', values)
    : t('reviews.population.read', { ...values, logto: logtoUsers, roleless: onlyInLogto ?? 0 });
}

export function ReviewerList({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  return (
    <Section title={t('reviews.reviewersTitle')} about={t('reviews.ownElsewhere')}>
      {review.progress.map(({ reviewer, rows, decided }) => (
        <div key={reviewer?.key ?? ''} className={sectionRow}>
          <span className="min-w-0 flex-1">
            {reviewer === null ? (
              <span className="font-medium text-unknown">{t('reviews.nobody')}</span>
            ) : (
              <Person person={reviewer} />
            )}
          </span>
          {review.status === 'draft' ? (
            <span className="tabular-nums">{t('reviews.decisions', { count: rows })}</span>
          ) : (
            <DecidedProgress decided={decided} rows={rows} />
          )}
        </div>
      ))}
    </Section>
  );
}
