import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SharedResource } from '../policy.ts';

export function InstanceLink(props: {
  readonly resource: SharedResource;
  readonly id: string;
  readonly className?: string;
  readonly bare?: boolean;
  readonly onClick?: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { resource, id, className = '', bare = false, onClick, children } = props;
  const link = {
    className: bare ? className : `underline underline-offset-4 pointer-coarse:py-3 ${className}`,
    onClick,
  };
  return resource === 'reports' ? (
    <Link to="/reports/$reportId" params={{ reportId: id }} {...link}>
      {children}
    </Link>
  ) : (
    <Link to="/reports/collections/$collectionId" params={{ collectionId: id }} {...link}>
      {children}
    </Link>
  );
}
