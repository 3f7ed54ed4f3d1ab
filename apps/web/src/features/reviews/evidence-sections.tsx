import { useId, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { FormFailure } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Person } from '../../shared/person.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { CopyButton } from '../../ui/copyable.tsx';
import { Section, sectionRow } from '../../ui/page.tsx';
import { ExactTime } from '../../ui/time.tsx';
import type { Review } from './review.ts';

export function ReviewNotes({ review }: { readonly review: Review }): ReactNode {
  const { id, notes, canManage } = review;
  const { t } = useTranslation();
  const fieldId = useId();
  const utils = trpc.useUtils();
  const [text, setText] = useTypedText(`review-note:${id}`);
  const add = trpc.reviews.addNote.useMutation({
    onSuccess: () => setText(''),
    onSettled: () => utils.reviews.invalidate(),
  });
  if (notes.length === 0 && !canManage) return null;
  return (
    <div className={notes.length === 0 ? 'print:hidden' : ''}>
      <Section title={t('reviews.notes.title')} about={t('reviews.notes.how')}>
        {notes.map((note) => (
          <div key={note.id} className="px-4 py-3">
            <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
              <Person person={note.by} /> <ExactTime at={note.at} />
            </p>
            <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{note.text}</p>
          </div>
        ))}
        {canManage && (
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (text.trim() !== '') add.mutate({ id, text: text.trim() });
            }}
            className="flex flex-col gap-2 px-4 py-3 print:hidden"
          >
            <label htmlFor={fieldId} className="font-medium">
              {t('reviews.notes.label')}
            </label>
            <textarea
              id={fieldId}
              rows={1}
              maxLength={2_000}
              value={text}
              onChange={({ target }) => setText(target.value)}
              className="field-sizing-content block max-h-40 min-h-10 w-full max-w-2xl resize-none rounded-control border border-line-strong bg-surface px-3 py-2"
            />
            <FormFailure failed={t('reviews.failed.note')} error={add.error} />
            <div>
              <ChangeButton type="submit" disabled={add.isPending || text.trim() === ''}>
                {t('reviews.notes.add')}
              </ChangeButton>
            </div>
          </form>
        )}
      </Section>
    </div>
  );
}

export function Seal({ seal }: { readonly seal: NonNullable<Review['seal']> }): ReactNode {
  const { t } = useTranslation();
  const lines = [
    ['sha256', seal.sha256],
    ['keyId', seal.keyId],
    ['signature', seal.signature],
    ['publicKey', seal.publicKey],
  ] as const;
  return (
    <Section title={t('reviews.evidence.seal')} about={t('reviews.evidence.sealHow')}>
      <dl className="divide-y divide-line">
        {lines.map(([name, text]) => (
          <div key={name} className={sectionRow}>
            <dt className="w-28 text-muted">{t(`reviews.evidence.${name}`)}</dt>
            <dd className="flex min-w-0 flex-1 items-center gap-2">
              <code className="font-mono text-xs break-all">{text}</code>
              <span className="print:hidden">
                <CopyButton label={t(`reviews.evidence.${name}`)} text={text} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="px-4 py-3 text-sm text-muted">
        {t('reviews.evidence.verify')}{' '}
        <code className="font-mono text-xs">latchkey review verify evidence.json</code>
      </p>
    </Section>
  );
}
