import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>;

export type MemberDetails = Outputs['members']['get'];
export type PersonAccess = Outputs['person']['access'];
