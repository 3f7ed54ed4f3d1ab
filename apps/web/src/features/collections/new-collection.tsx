import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { useTypedText } from '../../components/use-typed-text.ts';
import { useInvalidateGates } from '../../permissions.ts';
import { TitleForm } from '../../components/title-form.tsx';

/** Above the list. */
export function NewCollection({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const invalidateGates = useInvalidateGates();
  const notifyFailure = useFailureNotice();
  const [title, setTitle] = useTypedText('collection-title');
  const create = trpc.collections.create.useMutation({
    onSuccess: async ({ id: collectionId }) => {
      setTitle('');
      invalidateGates();
      await utils.collections.list.invalidate();
      await navigate({ to: '/collections/$collectionId', params: { collectionId } });
    },
    onError: (error) => notifyFailure(t('collections.form.failed'), error),
  });
  return (
    <TitleForm
      words={{
        form: t('collections.create'),
        title: t('collections.form.title'),
        hint: t('collections.form.hint'),
        missing: t('collections.form.missing'),
        submit: t('collections.form.submit'),
        cancel: t('collections.form.cancel'),
      }}
      title={title}
      onChange={setTitle}
      isPending={create.isPending}
      onSubmit={(given) => create.mutate({ title: given })}
      onClose={onClose}
    />
  );
}
