import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { isViewing } from '../auth/view-as.ts';
import { Button } from './button.tsx';
import { notify } from './notice.ts';

/**
 * A button that changes something without a gate of its own. In a view as somebody else it is off, and says so when it is pressed:
 * a touch screen shows no `title`. With a gate, `GateButton` does this.
 */
export function ChangeButton(props: ComponentProps<typeof Button>): ReactNode {
  const { t } = useTranslation();
  if (!isViewing()) return <Button {...props} />;
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
