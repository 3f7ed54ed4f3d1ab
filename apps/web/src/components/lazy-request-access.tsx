import { lazy, Suspense, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from './button.tsx';
import { textAction } from './text-action.ts';

const RequestAccess = lazy(async () => ({ default: (await import('./request-access.tsx')).RequestAccess }));

/** `RequestAccess`, loaded when something is denied; its place is kept until then. */
export function LazyRequestAccess(props: ComponentProps<typeof RequestAccess>): ReactNode {
  const { t } = useTranslation();
  const shape = props.variant === 'button' ? buttonClass('primary') : textAction;
  return (
    <Suspense
      fallback={
        <span aria-hidden="true" className={`${shape} invisible`}>
          {t('request.access')}
        </span>
      }
    >
      <RequestAccess {...props} />
    </Suspense>
  );
}
