import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['members'];

export type MembersPage = Outputs['list'];
export type Member = MembersPage['members'][number];
export type MemberRole = Member['roles'][number];
export type MemberCounts = NonNullable<MembersPage['counts']>;
export type RolePreview = Outputs['preview'];
export type Cursor = inferRouterInputs<AppRouter>['members']['list']['cursor'];
