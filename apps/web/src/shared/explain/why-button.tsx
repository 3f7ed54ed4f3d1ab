import { lazy, type ReactNode } from 'react';
import { addMessages, currentI18n } from '../../i18n/i18n.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
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
  const { popup, open, setOpen } = useLazyPopup();
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={label}
        {...preloading(loadSheet)}
        onClick={() => setOpen(true)}
        className={className}
      >
        {children ?? t('gate.why')}
      </button>
      <LazyPopup popup={popup}>{(shown) => <WhySheet check={check} {...shown} />}</LazyPopup>
    </>
  );
}
