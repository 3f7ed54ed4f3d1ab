import type { GateState } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import { IsRestoringProvider, useIsRestoring } from '@tanstack/react-query';
import { createContext, useContext, useLayoutEffect, useState, type ReactNode } from 'react';
import { denialOf } from './denied-text.ts';
import { LostAccess } from './role-ends.tsx';

type Gate = GateState<AppPermission, AppRole>;

/** Registers an open form with its page. Returns a function that unregisters it. */
type HoldPage = (isLost: boolean) => () => void;

const HoldPage = createContext<HoldPage>(() => () => {});

const HasLostAccess = createContext(false);
export const useHasLostAccess = (): boolean => useContext(HasLostAccess);

/** Whether the user has had this permission since the component was mounted. */
export function useWasAllowed({ state }: Gate): boolean {
  const [wasAllowed, setWasAllowed] = useState(false);
  if (state === 'allowed' && !wasAllowed) setWasAllowed(true);
  return wasAllowed || state === 'allowed';
}

/**
 * If the user loses the permission of `gate`, the form stays with everything entered, cannot be sent, and offers to
 * request access again.
 */
export function OpenForm({
  gate,
  children,
}: {
  readonly gate: Gate;
  readonly children: ReactNode;
}): ReactNode {
  const holdPage = useContext(HoldPage);
  const isFrozen = useIsRestoring();
  const wasAllowed = useWasAllowed(gate);
  const isLost = wasAllowed && gate.state === 'denied';
  // Runs before the page's queries are refetched.
  useLayoutEffect(() => holdPage(isLost), [holdPage, isLost]);
  return (
    <HasLostAccess value={isLost}>
      {gate.state === 'denied' && isLost && (
        <IsRestoringProvider value={false}>
          <LostAccess denial={denialOf(gate)} />
        </IsRestoringProvider>
      )}
      <IsRestoringProvider value={isFrozen || isLost}>{children}</IsRestoringProvider>
    </HasLostAccess>
  );
}

/** While a form is open, a denied page stays and requests nothing, because each query would be another denial. */
export function HeldPage({
  denied,
  children,
}: {
  readonly denied?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const [forms, setForms] = useState({ open: 0, lost: 0 });
  const [hold] = useState<HoldPage>(() => (isLost: boolean) => {
    const add = (count: 1 | -1): void =>
      setForms(({ open, lost }) => ({ open: open + count, lost: lost + (isLost ? count : 0) }));
    add(1);
    return () => add(-1);
  });
  if (denied !== undefined && forms.open === 0) return denied;
  return (
    <HoldPage value={hold}>
      <IsRestoringProvider value={denied !== undefined || forms.lost > 0}>{children}</IsRestoringProvider>
    </HoldPage>
  );
}
