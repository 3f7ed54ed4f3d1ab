import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['invitations'];

export type Invitation = Outputs['list']['items'][number];
export type ReceivedInvitation = Outputs['received'];
/** The options of the form, if invitations are possible. */
export type InviteOptions = Extract<Outputs['options'], { readonly availability: 'ready' }>;
export type InviteOutcome = Outputs['create'][number];
