import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SharedResource } from '../policy.ts';

/** An inline link to the page of a report or a collection. */
export function InstanceLink(props: {
  readonly resource: SharedResource;
  readonly id: string;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  const { resource, id, className = '', children } = props;
  const classes = `underline underline-offset-4 pointer-coarse:py-3 ${className}`;
  return resource === 'reports' ? (
    <Link to="/reports/$reportId" params={{ reportId: id }} className={classes}>
      {children}
    </Link>
  ) : (
    <Link to="/reports/collections/$collectionId" params={{ collectionId: id }} className={classes}>
      {children}
    </Link>
  );
}
