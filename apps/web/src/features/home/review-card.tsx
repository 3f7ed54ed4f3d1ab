import { Link } from '@tanstack/react-router';
import { ChevronRight, ClipboardCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Card } from './card.tsx';

/** The access review that is due next, with the decisions that are left. Hidden when there is none. */
export function ReviewCard(): ReactNode {
  const { t } = useTranslation();
  const { state } = useGate(trpc.reviews.due, undefined);
  const query = trpc.reviews.due.useQuery(undefined, { enabled: state === 'allowed' });
  const problem = useProblem(query);
  const review = query.data ?? null;
  if (review === null && problem === null) return null;
  return (
    <Card title={t('home.review.title')} problem={problem}>
      {review !== null && (
        <div className="relative flex min-h-11 items-center gap-3 rounded-card border border-line bg-surface px-4 py-2.5 hover:bg-sunken/60">
          <ClipboardCheck aria-hidden="true" className="size-4 shrink-0 text-unknown" />
          <div className="min-w-0 flex-1">
            <Link
              to="/reviews/$reviewId"
              params={{ reviewId: review.id }}
              className="font-medium wrap-anywhere after:absolute after:inset-0"
            >
              {review.name}
            </Link>
            <p className="text-sm text-muted">
              {review.mine > 0
                ? t('home.review.mine', { count: review.mine })
                : t('home.review.others', { count: review.undecided })}
              {' · '}
              {t('home.review.due')} <RelativeTime at={review.dueAt} />
            </p>
          </div>
          <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted" />
        </div>
      )}
    </Card>
  );
}
