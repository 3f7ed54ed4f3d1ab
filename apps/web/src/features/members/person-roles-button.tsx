import { lazy, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../components/button.tsx';
import { LazyPopup, preload } from '../../components/lazy.tsx';
import { useGate } from '../../permissions.ts';
import type { MemberDetails } from './member.ts';

const loadMenu = () => import('./roles-menu.tsx');
const RolesMenu = lazy(loadMenu);

/** Opens the menu of the person's roles, the same as in the list of members. Hidden for users who cannot assign roles. */
export function PersonRolesButton({ member }: { readonly member: MemberDetails }): ReactNode {
  const { t } = useTranslation();
  const { subject } = member;
  const mayAssign = useGate(trpc.members.assign, { subject, role: 'viewer' }).state === 'allowed';
  const container = useRef<HTMLDivElement>(null);
  /** The button, once clicked. */
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isOpen, setOpen] = useState(false);
  if (!mayAssign) return null;
  return (
    <div ref={container} className="mt-3">
      <Button
        aria-haspopup="menu"
        aria-expanded={isOpen}
        className="w-full"
        onPointerEnter={() => preload(loadMenu)}
        onFocus={() => preload(loadMenu)}
        onClick={({ currentTarget }) => {
          setAnchor(currentTarget);
          setOpen(true);
        }}
      >
        {t('onePerson.changeRoles')}
      </Button>
      {anchor !== null && (
        <LazyPopup open={isOpen} onClose={() => setOpen(false)}>
          <RolesMenu
            member={member}
            open={isOpen}
            onOpenChange={setOpen}
            anchor={anchor}
            container={container}
          />
        </LazyPopup>
      )}
    </div>
  );
}
