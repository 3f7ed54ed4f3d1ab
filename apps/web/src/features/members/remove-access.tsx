import { lazy, type ReactNode } from 'react';
import { useRouteContext } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';
import type { MemberDetails } from './member.ts';
import { nameOf } from '../../shared/person.tsx';

const loadSheet = () => import('./remove-sheet.tsx');
const RemoveSheet = lazy(loadSheet);

export function RemoveAccess(props: {
  readonly subjects: readonly string[];
  readonly label: string;
  readonly className?: string;
  /** Called when the sheet with the outcomes is closed. */
  readonly onRemoved: () => void;
}): ReactNode {
  const { subjects, label, className, onRemoved } = props;
  const { popup, setOpen } = useLazyPopup();
  if (!useCanRemove()) return null;
  return (
    <>
      <Button className={className} {...preloading(loadSheet)} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <LazyPopup popup={popup}>
        {(shown) => <RemoveSheet subjects={subjects} {...shown} onRemoved={onRemoved} />}
      </LazyPopup>
    </>
  );
}

export function useCanRemove(): boolean {
  return useGate(trpc.members.removePreview, undefined).state === 'allowed';
}

export function Reactivate({
  member: { subject, ...member },
}: {
  readonly member: MemberDetails;
}): ReactNode {
  const { t } = useTranslation();
  const { organization } = useRouteContext({ from: '/console' });
  const gate = useGate(trpc.members.reactivate, { subject });
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const reactivate = trpc.members.reactivate.useMutation({
    onSuccess: () =>
      notify({
        tone: 'done',
        text: t('members.person.reactivated', { name: nameOf({ subject, ...member }) }),
      }),
    onError: (error) => notifyFailure(t('members.person.reactivateFailed'), error),
    onSettled: () => Promise.all([utils.members.invalidate(), utils.person.invalidate()]),
  });
  if (member.status !== 'suspended' || organization !== null || gate.state !== 'allowed') return null;
  return (
    <ChangeButton
      className="mt-2 w-full"
      disabled={reactivate.isPending}
      onClick={() => reactivate.mutate({ subject })}
    >
      {t('members.person.reactivate')}
    </ChangeButton>
  );
}
