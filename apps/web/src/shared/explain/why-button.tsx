import { lazy, type ReactNode } from 'react';
import { addMessages, currentI18n } from '../../i18n/i18n.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';
import { LazyPopup, preload, useLazyPopup } from '../../ui/lazy.tsx';
import { reasonMessages, sharingMessages } from '../messages.ts';
import type { AskedCheck } from './explanation.ts';

const loadSheet = async () => {
  await addMessages(currentI18n(), reasonMessages, sharingMessages);
  return import('./why-sheet.tsx');
};
const WhySheet = lazy(loadSheet);

export function WhyButton(props: {
  readonly check: AskedCheck;
  /** Names the check for screen readers, if there are several buttons. */
  readonly label?: string;
  readonly className?: string;
  readonly children?: ReactNode;
}): ReactNode {
  const { check, label, className = textAction, children } = props;
  const { t } = useTranslation();
  const { mounted, open, setOpen } = useLazyPopup();
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={label}
        onPointerEnter={() => preload(loadSheet)}
        onFocus={() => preload(loadSheet)}
        onClick={() => setOpen(true)}
        className={className}
      >
        {children ?? t('gate.why')}
      </button>
      {mounted && (
        <LazyPopup open={open} onClose={() => setOpen(false)}>
          <WhySheet check={check} open={open} onClose={() => setOpen(false)} />
        </LazyPopup>
      )}
    </>
  );
}
