import type { AppPermission } from '@latchkey/policy';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { buttonClass } from './button.tsx';
import { textAction } from './text-action.ts';

/** To the page that says why: about the reader, on the report or the collection of the page that they are on. */
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
