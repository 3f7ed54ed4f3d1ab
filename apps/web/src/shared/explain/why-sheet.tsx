import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import {
  RequestSheetProvider,
  useRequestSheet,
  type SheetContent,
} from '../request-access/use-request-sheet.ts';
import { CheckAnswer } from './check-answer.tsx';
import type { AskedCheck } from './explanation.ts';

export default function WhySheet(props: {
  readonly check: AskedCheck;
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { check, open, onClose } = props;
  const { t } = useTranslation();
  const router = useRouter();
  const openRequest = useRequestSheet();
  const requestRef = useRef<SheetContent | null>(null);
  const close = useEffectEvent(onClose);
  // A remedy may link to the person's page, so close the sheet even if that is the page below it.
  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ hrefChanged }) => {
        if (hrefChanged) close();
      }),
    [router],
  );
  // One sheet after the other: two modal sheets that are not nested would fight for the focus.
  const request = (content: SheetContent): void => {
    requestRef.current = content;
    onClose();
  };
  const openNext = (): void => {
    if (requestRef.current !== null) openRequest?.(requestRef.current);
    requestRef.current = null;
  };
  return (
    <Sheet
      open={open}
      title={t('reason.whyOf', { what: t(`permission.${check.permission}`) })}
      onClose={onClose}
      onClosed={openNext}
    >
      <RequestSheetProvider value={openRequest && request}>
        <CheckAnswer check={check} />
      </RequestSheetProvider>
      <p className="mt-6">
        <Link to="/why" search={check} className={textAction}>
          {t('reason.openPage')}
        </Link>
      </p>
    </Sheet>
  );
}
