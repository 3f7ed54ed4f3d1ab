import type { Context } from 'koa';
import { showUser } from '../directory/users.ts';
import type { Application, User } from '../directory/records.ts';
import type { HookEvent, RaisedEvent } from './events.ts';

export type InteractionEvent = 'SignIn' | 'Register' | 'ForgotPassword';

export interface InteractionMeta {
  readonly interactionEvent: InteractionEvent;
  readonly sessionId: string;
  readonly userAgent: string | undefined;
  readonly ip: string;
  readonly application: Application | undefined;
  readonly cimdClientId: string | undefined;
}

export interface RequestMeta {
  readonly userAgent: string | undefined;
  readonly ip: string;
  readonly path: string;
  readonly method: string;
  readonly status: number;
  readonly params: Readonly<Record<string, string>>;
  readonly matchedRoute: string;
}

/** Who sent the request, as payloads and logs show it. */
export const callerOf = (ctx: Context) => ({
  userAgent: ctx.get('user-agent') || undefined,
  ip: ctx.ip,
});

const timestamp = (now: number): string => new Date(now).toISOString();

function showApplication(
  application: Application | undefined,
): Pick<Application, 'id' | 'type' | 'name' | 'description'> | undefined {
  if (application === undefined) return undefined;
  const { id, type, name, description } = application;
  return { id, type, name, description };
}

const postEvents = {
  SignIn: 'PostSignIn',
  Register: 'PostRegister',
  ForgotPassword: 'PostResetPassword',
} as const;

export function interactionEvent(meta: InteractionMeta, user: User, now: number): RaisedEvent {
  const event = postEvents[meta.interactionEvent];
  return {
    event,
    payload: {
      event,
      interactionEvent: meta.interactionEvent,
      createdAt: timestamp(now),
      sessionId: meta.sessionId,
      userAgent: meta.userAgent,
      userId: user.id,
      userIp: meta.ip,
      user: showUser(user),
      application: showApplication(meta.application),
      cimdClientId: meta.cimdClientId,
    },
  };
}

export function eventDuringInteraction(
  [event, details]: readonly [HookEvent, Readonly<Record<string, unknown>>],
  meta: InteractionMeta,
  now: number,
): RaisedEvent {
  return {
    event,
    payload: {
      event,
      createdAt: timestamp(now),
      interactionEvent: meta.interactionEvent,
      userAgent: meta.userAgent,
      applicationId: meta.application?.id,
      cimdClientId: meta.cimdClientId,
      sessionId: meta.sessionId,
      ip: meta.ip,
      application: showApplication(meta.application),
      ...details,
    },
  };
}

/** Fields of `details` come after those of the request. */
export function managementEvent(
  [event, details]: readonly [HookEvent, Readonly<Record<string, unknown>>],
  { userAgent, ip, path, method, status, params, matchedRoute }: RequestMeta,
  now: number,
): RaisedEvent {
  const request = { path, method, status, params, matchedRoute };
  const { data, ...rest } = details;
  // In Logto's `User.Deleted`, the data comes before the request.
  const ordered = event === 'User.Deleted' ? { data, ...request } : { ...request, ...rest, data };
  return { event, payload: { event, createdAt: timestamp(now), userAgent, ip, ...ordered } };
}
