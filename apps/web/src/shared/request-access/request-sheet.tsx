import { useEffect, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isPermission } from '../../policy.ts';
import { FormFailure } from '../failure.tsx';
import { ChangeButton } from '../gate-button.tsx';
import { OpenForm } from '../open-form.tsx';
import { usePersonName } from '../person.tsx';
import type { AccessTarget, RequestSheetProps, SheetContent } from './use-request-sheet.ts';
import { Button } from '../../ui/button.tsx';
import { recoverFocus } from '../../ui/focus-main.ts';
import { formatDuration } from '../../ui/format-time.ts';
import { Sheet } from '../../ui/sheet.tsx';
import { TextSkeleton } from '../../ui/skeletons.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import {
  canAskAgain,
  RequestedInstance,
  RequestStateLine,
  RequestTarget,
  stateOf,
  targetOf,
  useOwnRequests,
  type OwnRequest,
} from './own-request.tsx';
import { RequestForm } from './request-form.tsx';
import { useApproversText } from './use-approvers-text.ts';

export default function RequestSheet({ content, open, onClose, onChange }: RequestSheetProps): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.requests.create, undefined);
  return (
    <Sheet
      open={open}
      title={t(content.kind === 'new' ? 'request.access' : 'requestAccess.sentTitle')}
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

function SentRequest(props: {
  readonly id: string;
  readonly onAskAgain: (content: SheetContent) => void;
}): ReactNode {
  const { id, onAskAgain } = props;
  const { t } = useTranslation();
  const { requests, problem, pages, refetch } = useOwnRequests();
  const request = requests?.find((one) => one.id === id);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = pages;
  // The request is older than the loaded ones, so it may be on a later page.
  const isOnLaterPage =
    requests !== undefined && request === undefined && hasNextPage && isFetchNextPageError !== true;
  useEffect(() => {
    if (isOnLaterPage && !isFetchingNextPage) void fetchNextPage();
  }, [isOnLaterPage, isFetchingNextPage, fetchNextPage]);
  if (request !== undefined) return <Shown request={request} onAskAgain={onAskAgain} />;
  if (problem !== null || (requests !== undefined && !isOnLaterPage)) {
    return (
      <div role="alert" className="flex flex-col items-start gap-3">
        <p>{t('requestAccess.notLoaded')}</p>
        <Button onClick={problem === null ? refetch : problem.retry}>{t('error.retry')}</Button>
      </div>
    );
  }
  return (
    <div aria-busy="true" className="flex flex-col gap-4">
      <span className="skeleton h-5 w-56" />
      <span className="skeleton h-24 w-full" />
    </div>
  );
}

function Shown(props: {
  readonly request: OwnRequest;
  readonly onAskAgain: (content: SheetContent) => void;
}): ReactNode {
  const { request, onAskAgain } = props;
  const { t, i18n } = useTranslation();
  const personName = usePersonName();
  const { target, reason, duration, createdAt, decidedBy, note, permission, on } = request;
  const again = targetOf(request);
  const state = stateOf(request);
  return (
    <div className="flex flex-col gap-5">
      <div aria-live="polite" className="text-md font-medium">
        {/* Sending and withdrawing remove the focused button. */}
        <div key={state} ref={recoverFocus} tabIndex={-1} className="rounded-control">
          <RequestStateLine request={request} />
        </div>
      </div>
      <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3 gap-y-3 [&>dt]:text-muted">
        <dt>{t('requestAccess.what')}</dt>
        <dd className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <RequestTarget target={target} />
          <RequestedInstance target={target} />
        </dd>
        <dt>{t('requestAccess.why')}</dt>
        <dd className="whitespace-pre-wrap wrap-anywhere">{reason}</dd>
        <dt>{t('duration.label')}</dt>
        <dd>{duration === null ? t('duration.good') : formatDuration(duration, i18n.language)}</dd>
        <dt>{t('requestAccess.asked')}</dt>
        <dd>
          <RelativeTime at={createdAt} />
        </dd>
        {state === 'open' && again !== undefined && <WhoDecides target={again} />}
        {decidedBy !== null && (
          <>
            <dt>{t('requestAccess.decidedBy')}</dt>
            <dd className="wrap-anywhere">{personName(decidedBy)}</dd>
          </>
        )}
        {note !== null && (
          <>
            <dt>{t('requestAccess.note')}</dt>
            <dd className="whitespace-pre-wrap wrap-anywhere">{note}</dd>
          </>
        )}
      </dl>
      {state === 'open' && <Withdraw id={request.id} />}
      {canAskAgain(state) && again !== undefined && (
        <Button
          className="self-start"
          onClick={() =>
            onAskAgain({
              kind: 'new',
              targets: [again],
              reason,
              ...(permission !== null && isPermission(permission) && { permission, on: on?.id }),
            })
          }
        >
          {t('roleEnd.again')}
        </Button>
      )}
    </div>
  );
}

function WhoDecides({ target }: { readonly target: AccessTarget }): ReactNode {
  const { t } = useTranslation();
  const { names } = useApproversText();
  const preview = trpc.requests.preview.useQuery({ target });
  return (
    <>
      <dt>{t('requestAccess.who')}</dt>
      <dd className="wrap-anywhere">
        {preview.data === undefined
          ? preview.error === null && <TextSkeleton />
          : names(preview.data.approvers)}{' '}
        {preview.data?.approvalsNeeded === 2 && t('requestAccess.twoApprovals')}
      </dd>
    </>
  );
}

function Withdraw({ id }: { readonly id: string }): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const withdraw = trpc.requests.withdraw.useMutation({
    // Also after a failure: an approver may have decided the request in the meantime.
    onSettled: () => utils.requests.invalidate(),
  });
  return (
    <div className="flex flex-col items-start gap-2">
      <FormFailure failed={t('requestAccess.withdrawFailed')} error={withdraw.error} />
      <ChangeButton disabled={withdraw.isPending} onClick={() => withdraw.mutate({ id })}>
        {t('requestAccess.withdraw')}
      </ChangeButton>
    </div>
  );
}
