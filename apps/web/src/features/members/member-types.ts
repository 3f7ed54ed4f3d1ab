import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['members'];

export type MembersPage = Outputs['list'];
export type Member = MembersPage['members'][number];
export type MemberRole = Member['roles'][number];
export type MemberCounts = Outputs['counts'];
export type RolePreview = Outputs['preview'];
