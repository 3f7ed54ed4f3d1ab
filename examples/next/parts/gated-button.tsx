'use client';

import type { PermissionOf, RoleOf } from '@latchkey/permissions';
import { createFetchAsk, createPermissionsReact } from '@latchkey/permissions/react';
import type { ReactNode } from 'react';
import type { policy } from '../src/policy.ts';

type Policy = typeof policy;
const { PermissionsProvider, Can } = createPermissionsReact<Policy>();
const ask = createFetchAsk<PermissionOf<Policy>, RoleOf<Policy>>('/api/latchkey/gates');

/** In the layout: `<Gates scope={`${user.subject}@${user.tenant}`}>`, so that a new sign-in discards the old answers. */
export function Gates({ scope, children }: { readonly scope: string; readonly children: ReactNode }) {
  return (
    <PermissionsProvider scope={scope} ask={ask}>
      {children}
    </PermissionsProvider>
  );
}

export function NewReport({ create }: { readonly create: () => void }) {
  return (
    <Can do="reports:create" on={undefined} mode="explain">
      <button onClick={create}>New report</button>
    </Can>
  );
}
