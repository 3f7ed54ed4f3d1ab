import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

/** Why somebody may or may not. */
export type Explanation = inferRouterOutputs<AppRouter>['why']['mine'];

export type Chain = Explanation['paths'][number];
export type ChainNode = Chain[number];
export type Instance = NonNullable<Explanation['instance']>;
export type RoleSource = NonNullable<Extract<ChainNode, { readonly kind: 'role' }>['source']>;
export type Remedy = Explanation['remedies'][number];

/** Whom an explanation is about, as it is shown. */
export interface Explained {
  readonly key: string;
  readonly name: string | null;
  readonly isMachine?: boolean;
  /** Whether it is the person who reads. */
  readonly isReader: boolean;
}
