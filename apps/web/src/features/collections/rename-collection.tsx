import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { TitleForm } from '../../components/title-form.tsx';
import type { OpenCollection } from './use-change-reports.ts';

/** Above the reports of a collection, for users who can edit it. */
export function RenameCollection(props: {
  readonly collection: OpenCollection;
  readonly onClose: () => void;
}): ReactNode {
  const { collection, onClose } = props;
  const { id } = collection;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [title, setTitle] = useState(collection.title);
  const rename = trpc.collections.rename.useMutation({
    onSuccess: async () => {
      await Promise.all([utils.collections.get.invalidate({ id }), utils.collections.list.invalidate()]);
      onClose();
    },
    onError: (error) => notifyFailure(t('collections.wrong.rename'), error),
  });
  return (
    <TitleForm
      words={{
        form: t('collections.rename'),
        title: t('collections.form.title'),
        hint: t('collections.form.hint'),
        missing: t('collections.form.missing'),
        submit: t('collections.form.rename'),
        cancel: t('collections.form.cancel'),
      }}
      title={title}
      onChange={setTitle}
      isPending={rename.isPending}
      onSubmit={(given) => (given === collection.title ? onClose() : rename.mutate({ id, title: given }))}
      onClose={onClose}
    />
  );
}
