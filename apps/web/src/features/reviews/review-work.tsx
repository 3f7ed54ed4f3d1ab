import { getRouteApi } from '@tanstack/react-router';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { lazy, useRef, useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { textAction } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { DecidedProgress } from './labels.tsx';
import { ReviewFilters } from './review-filters.tsx';
import { ReviewerList, ReviewPurpose } from './review-facts.tsx';
import { ReviewRows } from './review-rows.tsx';
import { rowsInput } from './filters.ts';
import type { Review } from './review.ts';

const loadFinish = () => import('./finish-sheet.tsx');
const FinishSheet = lazy(loadFinish);
const loadConfirm = () => import('../../ui/confirm-dialog.tsx');
const ConfirmDialog = lazy(loadConfirm);

const route = getRouteApi('/console/reviews/$reviewId');

/** An open review, or a finished one whose removals are being made. */
export function ReviewWork({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const { name, status, rows, decided, mine } = review;
  return (
    <>
      <PageHeader
        title={name}
        purpose={<ReviewPurpose review={review} />}
        actions={
          review.canManage &&
          (status === 'open' ? <OpenActions review={review} /> : <ApplyingActions review={review} />)
        }
      />
      {status === 'open' ? (
        <div className="mb-4 flex flex-col gap-2">
          <DecidedProgress decided={decided} rows={rows} />
          <p className="text-sm text-muted">
            {mine > 0 ? t('reviews.mineLeft', { count: mine }) : t('reviews.mineDone')}
          </p>
          {review.canManage && (
            <details>
              <summary className={textAction}>{t('reviews.reviewersTitle')}</summary>
              <div className="mt-3 max-w-2xl">
                <ReviewerList review={review} />
              </div>
            </details>
          )}
        </div>
      ) : (
        <Applying review={review} />
      )}
      <ReviewFilters review={review} filter={filter} />
      <ReviewRows review={review} filter={filter} input={rowsInput(filter, review)} />
    </>
  );
}

function OpenActions({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  const { popup, setOpen } = useLazyPopup();
  return (
    <>
      <ConfirmedAction review={review} action="cancel" />
      <ChangeButton variant="primary" {...preloading(loadFinish)} onClick={() => setOpen(true)}>
        {t('reviews.finish.open')}
      </ChangeButton>
      <LazyPopup popup={popup}>{(shown) => <FinishSheet review={review} {...shown} />}</LazyPopup>
    </>
  );
}

function ApplyingActions({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const retry = trpc.reviews.retry.useMutation({
    onError: (error) => notifyFailure(t('reviews.failed.retry'), error),
    onSettled: () => utils.reviews.invalidate(),
  });
  const { pending = 0, failed = 0 } = review.counts.outcomes;
  return (
    <>
      {pending + failed > 0 && <ConfirmedAction review={review} action="close" />}
      {failed > 0 && (
        <ChangeButton
          variant="primary"
          disabled={retry.isPending}
          onClick={() => retry.mutate({ id: review.id })}
        >
          {t('reviews.retry')}
        </ChangeButton>
      )}
    </>
  );
}

function ConfirmedAction(props: { readonly review: Review; readonly action: 'cancel' | 'close' }): ReactNode {
  const { review, action } = props;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const button = useRef<HTMLButtonElement>(null);
  const { popup, setOpen } = useLazyPopup();
  const [isPending, setPending] = useState(false);
  const { mutateAsync } = trpc.reviews[action].useMutation();
  const run = async (): Promise<void> => {
    setPending(true);
    try {
      await mutateAsync({ id: review.id });
    } catch (error) {
      notifyFailure(t('reviews.failed.status'), error);
    }
    setPending(false);
    setOpen(false);
    await utils.reviews.invalidate();
  };
  return (
    <>
      <ChangeButton ref={button} variant="quiet" onClick={() => setOpen(true)}>
        {t(`reviews.confirm.${action}.open`)}
      </ChangeButton>
      <LazyPopup popup={popup}>
        {(shown) => (
          <ConfirmDialog
            {...shown}
            labels={{
              title: t(`reviews.confirm.${action}.title`),
              why: t(`reviews.confirm.${action}.why`),
              confirm: t(`reviews.confirm.${action}.confirm`),
              cancel: t('reviews.back'),
            }}
            isDisabled={isPending}
            onConfirm={() => void run()}
            returnFocusTo={button}
          />
        )}
      </LazyPopup>
    </>
  );
}

function Applying({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  const {
    pending = 0,
    failed = 0,
    removed = 0,
    replaced = 0,
    gone = 0,
    changed = 0,
  } = review.counts.outcomes;
  const done = removed + replaced + gone + changed;
  const text = t('reviews.applied', { done, total: done + pending + failed });
  return (
    <div className="mb-4">
      <output className="font-medium tabular-nums">{text}</output>
      <progress
        aria-label={text}
        max={Math.max(done + pending + failed, 1)}
        value={done}
        className="progress mt-2 mb-4"
      />
      {failed > 0 && (
        <Callout tone="denied" icon={CircleAlert} title={t('reviews.failedRows', { count: failed })}>
          <p>{t('reviews.failedRowsHow')}</p>
        </Callout>
      )}
      {changed > 0 && (
        <Callout tone="unknown" icon={CircleAlert} title={t('reviews.changedRows', { count: changed })}>
          <p>{t('reviews.changedRowsHow')}</p>
        </Callout>
      )}
      {failed + pending === 0 && (
        <p className="flex items-center gap-1.5 text-muted">
          <CircleCheck aria-hidden="true" className="size-4 text-allowed" />
          {t('reviews.sealing')}
        </p>
      )}
    </div>
  );
}
