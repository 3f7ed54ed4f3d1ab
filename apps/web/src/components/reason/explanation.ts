import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

/** Why a user has a permission or not. */
export type Explanation = inferRouterOutputs<AppRouter>['why']['mine'];

export type Chain = Explanation['paths'][number];
export type ChainNode = Chain[number];
export type Instance = NonNullable<Explanation['instance']>;
export type RoleSource = NonNullable<Extract<ChainNode, { readonly kind: 'role' }>['source']>;
export type Remedy = Explanation['remedies'][number];

/** The user of an explanation, for display. */
export interface Explained {
  readonly key: string;
  readonly name: string | null;
  readonly isMachine?: boolean;
  /** Whether this is the current user. */
  readonly isReader: boolean;
}
