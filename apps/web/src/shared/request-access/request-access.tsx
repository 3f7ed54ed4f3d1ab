import { isAboutInstallation, type AppPermission, type AppRole } from '@latchkey/policy';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import type { RolesOn } from '../../policy.ts';
import { Button, textAction } from '../../ui/button.tsx';
import { useRequestSheet, type AccessTarget, type SheetContent } from './use-request-sheet.ts';

interface RequestAccessProps {
  readonly permission: AppPermission;
  /** The roles in the organization that grant the permission. */
  readonly roles: readonly AppRole[];
  /** The roles on the page's report or collection that grant the permission. */
  readonly on: RolesOn | null;
  readonly variant: 'button' | 'text';
  /** The id of the report or the collection. Default: the page's. */
  readonly instance?: string | undefined;
  /** The targets that would grant the permission, narrowest first, if the server has computed them. */
  readonly targets?: readonly AccessTarget[] | undefined;
}

/** Hidden if the user cannot request access, or if no role that they could request grants the permission. */
export function RequestAccess(props: RequestAccessProps): ReactNode {
  const openSheet = useRequestSheet();
  return openSheet === null ? null : <Ask {...props} openSheet={openSheet} />;
}

function Ask({
  permission,
  roles,
  on,
  variant,
  openSheet,
  ...props
}: RequestAccessProps & { readonly openSheet: (content: SheetContent) => void }): ReactNode {
  const { t } = useTranslation();
  const ofPage = usePageInstance(permission);
  const instance = props.instance ?? ofPage;
  const { data: me } = trpc.session.me.useQuery();
  const gate = useGate(trpc.requests.create, undefined);
  const [first, ...others] = props.targets ?? targetsOf({ roles, on }, instance);
  const isOutOfPlace = isAboutInstallation(permission) && me?.tenant !== 'default';
  if (gate.state !== 'allowed' || first === undefined || isOutOfPlace) return null;
  const open = (): void => openSheet({ kind: 'new', targets: [first, ...others], permission, on: instance });
  return variant === 'button' ? (
    <Button variant="primary" onClick={open}>
      {t('request.access')}
    </Button>
  ) : (
    <button type="button" onClick={open} className={`${textAction} text-ink`}>
      {t('request.access')}
    </button>
  );
}

/** The id of the page's report or collection, if the permission is about one. */
export function usePageInstance(permission: string | null): string | undefined {
  const { reportId, collectionId } = useParams({ strict: false });
  if (permission?.startsWith('reports:') === true) return reportId;
  return permission?.startsWith('collections:') === true ? collectionId : undefined;
}

/** Narrowest first: roles on the report or collection, then those in the organization. */
function targetsOf(
  { roles, on }: Pick<RequestAccessProps, 'roles' | 'on'>,
  id: string | undefined,
): AccessTarget[] {
  const onThis =
    id === undefined || on === null
      ? []
      : on.roles.map((role) => ({ kind: 'instance', resource: on.resource, id, role }) as const);
  return [...onThis.toReversed(), ...roles.map((role) => ({ kind: 'role', role }) as const)];
}
