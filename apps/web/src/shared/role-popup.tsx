import { Popover } from '@base-ui/react/popover';
import type { AppPermission } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

/** The permissions of a role as text: opens beside the button of its `Popover.Root`. */
export function RolePopup(props: {
  readonly title: string;
  readonly permissions: readonly AppPermission[];
  readonly nothing: string;
  readonly children?: ReactNode;
  readonly footer?: ReactNode;
}): ReactNode {
  const { title, permissions, nothing, children, footer } = props;
  const { t } = useTranslation();
  return (
    <Popover.Portal>
      <Popover.Positioner sideOffset={6} align="start" className="z-20">
        <Popover.Popup className="max-h-(--available-height) w-64 max-w-[calc(100vw-2rem)] overflow-y-auto rounded-card border border-line bg-surface p-3 shadow-float outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
          <Popover.Title className="text-sm font-semibold">{title}</Popover.Title>
          {children}
          {permissions.length === 0 ? (
            <p className="mt-1 text-sm text-muted">{nothing}</p>
          ) : (
            <ul className="mt-1 text-sm">
              {permissions.map((permission) => (
                <li key={permission} className="py-0.5">
                  {t(`permission.${permission}`)}
                </li>
              ))}
            </ul>
          )}
          {footer}
        </Popover.Popup>
      </Popover.Positioner>
    </Popover.Portal>
  );
}
