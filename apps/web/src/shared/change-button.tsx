import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { isViewing } from '../auth/view-as.ts';
import { Button } from '../ui/button.tsx';
import { notify } from '../ui/notice.ts';
import { useHasLostAccess } from './open-form.tsx';

/**
 * A button for a change without its own gate. In a form whose permission was lost it is disabled. In a view as another user it is disabled, and shows why when clicked,
 * because touch screens do not show `title`. With a gate, `GateButton` does this.
 */
export function ChangeButton(props: ComponentProps<typeof Button>): ReactNode {
  const { t } = useTranslation();
  const isLost = useHasLostAccess();
  if (!isViewing()) return <Button {...props} disabled={props.disabled === true || isLost} />;
  const why = t('error.code.VIEW_AS_READ_ONLY');
  return (
    <Button
      {...props}
      type="button"
      variant="out-of-reach"
      disabled={false}
      aria-disabled="true"
      title={why}
      onClick={() => notify({ tone: 'failed', text: why })}
    />
  );
}
