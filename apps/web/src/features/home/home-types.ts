import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>;

export type Notification = Outputs['notifications']['list'][number];
export type Denial = Outputs['home']['denials'][number];
