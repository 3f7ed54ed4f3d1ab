import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../components/button.tsx';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { useTypedText } from '../../components/use-typed-text.ts';
import { useInvalidateGates } from '../../permissions.ts';

/** Above the list: a title is all that a collection needs. */
export function NewCollection({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const invalidateGates = useInvalidateGates();
  const notifyFailure = useFailureNotice();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [title, setTitle] = useTypedText('collection-title');
  const [isMissing, setMissing] = useState(false);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const create = trpc.collections.create.useMutation({
    onSuccess: async ({ id: collectionId }) => {
      setTitle('');
      invalidateGates();
      await utils.collections.list.invalidate();
      await navigate({ to: '/collections/$collectionId', params: { collectionId } });
    },
    onError: (error) => notifyFailure(t('collections.form.failed'), error),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(title.trim() === '');
    if (title.trim() === '') field.current?.focus();
    else create.mutate({ title: title.trim() });
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      className="mb-4 rounded-card border border-line bg-surface p-4"
      aria-label={t('collections.create')}
    >
      <label htmlFor={id} className="font-medium">
        {t('collections.form.title')}
      </label>
      <div className="mt-1.5 flex flex-wrap gap-2">
        <input
          ref={field}
          id={id}
          value={title}
          maxLength={120}
          autoComplete="off"
          onChange={({ target }) => setTitle(target.value)}
          aria-invalid={isMissing}
          aria-describedby={`${id}-hint`}
          className="h-9 min-w-0 flex-1 basis-60 rounded-control border border-line-strong bg-surface px-3 aria-invalid:border-denied pointer-coarse:h-11"
        />
        <Button type="submit" variant="primary" disabled={create.isPending}>
          {t('collections.form.submit')}
        </Button>
        <Button variant="quiet" onClick={onClose}>
          {t('collections.form.cancel')}
        </Button>
      </div>
      <p
        id={`${id}-hint`}
        aria-live="polite"
        className={`mt-1.5 text-sm ${isMissing ? 'text-denied' : 'text-muted'}`}
      >
        {t(isMissing ? 'collections.form.missing' : 'collections.form.hint')}
      </p>
    </form>
  );
}
