import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['reports'];

export type Access = Outputs['access'];
export type SharedWith = Access['people'][number];
export type SharedRole = SharedWith['roles'][number];
export type OpenToRole = Access['byRole'][number];
export type SharePreview = Outputs['sharePreview'];

/** The shared instance. */
export interface Shareable {
  readonly resource: 'reports' | 'collections';
  readonly id: string;
  /** Only users with permission to edit can read a draft. */
  readonly isDraft: boolean;
}

export function nameOf({ key, name, email }: Pick<SharedWith, 'key' | 'name' | 'email'>): string {
  return name ?? email ?? key;
}
