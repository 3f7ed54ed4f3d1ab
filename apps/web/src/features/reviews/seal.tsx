import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { CopyButton } from '../../ui/copyable.tsx';
import { Section, sectionRow } from '../../ui/page.tsx';
import type { Review } from './review.ts';

/** The hash and the signature of the evidence, and how to check them. */
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
