import type { AppPermission } from '@latchkey/policy';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { buttonClass } from './button.tsx';
import { textAction } from './text-action.ts';

/** Links to the explanation page: about the current user, and the page's report or collection. */
export function WhyLink(props: {
  readonly permission: AppPermission;
  readonly variant: 'button' | 'text';
}): ReactNode {
  const { permission, variant } = props;
  const { t } = useTranslation();
  const { reportId, collectionId } = useParams({ strict: false });
  const on = permission.startsWith('reports:')
    ? reportId
    : permission.startsWith('collections:')
      ? collectionId
      : undefined;
  return (
    <Link
      to="/why"
      search={{ permission, on }}
      className={variant === 'button' ? buttonClass('quiet') : `${textAction} text-ink`}
    >
      {t('gate.why')}
    </Link>
  );
}
