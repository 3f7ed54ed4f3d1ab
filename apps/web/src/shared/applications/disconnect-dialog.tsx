import { useRef, type ReactNode, type RefObject } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import ConfirmDialog from '../../ui/confirm-dialog.tsx';
import { notify } from '../../ui/notice.tsx';
import { useFailureNotice } from '../failure.tsx';
import type { Disconnected } from './disconnect-button.tsx';

export default function DisconnectDialog(
  props: Disconnected & {
    readonly open: boolean;
    readonly onClose: () => void;
    readonly returnFocusTo: RefObject<HTMLElement | null>;
  },
): ReactNode {
  const { application, person, open, onClose, returnFocusTo } = props;
  const { clientId } = application;
  const texts = { application: application.name, person: person?.name ?? '' };
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const isDone = useRef(false);
  const ends = {
    onError: (error: unknown) =>
      notifyFailure(t('applications.disconnect.failed', texts), error, {
        APPLICATION_NOT_FOUND: t('applications.disconnect.gone', texts),
      }),
    async onSettled() {
      onClose();
      await Promise.all([utils.applications.invalidate(), utils.reviews.invalidate()]);
    },
  };
  const own = trpc.applications.disconnect.useMutation({
    onSuccess({ grant }) {
      isDone.current = true;
      if (grant === 'failed')
        notify({ tone: 'failed', text: t('applications.disconnect.unreachable', texts) });
      else
        notify({
          tone: 'done',
          text: t(`applications.disconnect.${grant === 'unknown' ? 'unknown' : 'done'}`, texts),
        });
    },
    ...ends,
  });
  const ofPerson = trpc.applications.disconnectPerson.useMutation({
    onSuccess() {
      isDone.current = true;
      notify({ tone: 'done', text: t('applications.disconnect.donePerson', texts) });
    },
    ...ends,
  });
  return (
    <ConfirmDialog
      open={open}
      labels={{
        title: t('applications.disconnect.title', texts),
        why: t(`applications.disconnect.${person === undefined ? 'own' : 'person'}`, texts),
        confirm: t('applications.disconnect.submit'),
      }}
      isDisabled={own.isPending || ofPerson.isPending}
      onClose={onClose}
      onConfirm={() =>
        person === undefined
          ? own.mutate({ clientId })
          : ofPerson.mutate({ subject: person.subject, clientId })
      }
      // The row and its button leave the list.
      returnFocusTo={() =>
        isDone.current ? document.querySelector<HTMLElement>('#main') : returnFocusTo.current
      }
    />
  );
}
