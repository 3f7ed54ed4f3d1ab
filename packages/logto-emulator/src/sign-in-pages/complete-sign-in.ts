import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { membershipKey, type Directory } from '../directory/directory.ts';
import { standardId } from '../directory/identifiers.ts';
import type { User } from '../directory/records.ts';
import { newUser, showUser, hashPassword } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { membershipUpdated } from '../management/membership.ts';
import { found } from '../management/request-error.ts';
import type { Submission } from '../oidc/instances.ts';
import type { RaisedEvent } from '../webhooks/events.ts';
import { interactionEvent, type InteractionMeta, eventDuringInteraction } from '../webhooks/payloads.ts';
import { finish, metaOf } from './interaction.ts';

const day = 24 * 60 * 60 * 1000;
const thresholdDays = 30;

/**
 * `adaptiveMfa.enabled` of the sign-in experience raises an event for a user who has not signed in for thirty days.
 * This is the only rule of adaptive MFA that needs no location. The emulator has no second factor, so the sign-in
 * continues.
 */
function longInactivity(
  { settings, clock }: Logto,
  user: User,
): ((meta: InteractionMeta) => RaisedEvent) | undefined {
  const { enabled } = Object(settings.signInExperience()['adaptiveMfa']);
  if (enabled !== true || user.lastSignInAt === null) return undefined;
  const inactivityDays = (clock.now() - user.lastSignInAt) / day;
  if (inactivityDays <= thresholdDays) return undefined;
  const details = {
    lastSignInAt: new Date(user.lastSignInAt).toISOString(),
    inactivityDays: Math.round(inactivityDays * 100) / 100,
    thresholdDays,
  };
  const adaptiveMfaResult = { requiresMfa: true, triggeredRules: [{ rule: 'long_inactivity', details }] };
  return (meta) => {
    const { payload } = interactionEvent(meta, user, clock.now());
    const event = 'PostSignInAdaptiveMfaTriggered';
    return { event, payload: { adaptiveMfaResult, ...payload, event } };
  };
}

/** Makes a new user a member of every organization that admits the domain of their email. Returns the organizations' ids. */
function provision(directory: Directory, user: User): string[] {
  const domain = user.primaryEmail?.split('@')[1];
  if (domain === undefined) return [];
  const joined: string[] = [];
  for (const { organizationId, emailDomains, roleIds } of directory.justInTime.values()) {
    if (!emailDomains.includes(domain) || !directory.organizations.has(organizationId)) continue;
    const membership = { organizationId, kind: 'user', memberId: user.id, roleIds } as const;
    directory.memberships.put(membershipKey(membership), membership);
    joined.push(organizationId);
  }
  return joined;
}

/**
 * In Logto, a round trip of the browser separates `User.Created` and `PostRegister`. The emulator waits at most this
 * long, in milliseconds, for the first delivery.
 */
const roundTrip = 100;

export interface Proof {
  readonly type: 'Password' | 'NewPasswordIdentity';
  readonly identifier: Readonly<Record<string, string>>;
}

/** Without a proof, the emulator signed the user in automatically. */
export type AuthenticatedUser = readonly [Interaction, User, Proof?];

function submissionOf(meta: InteractionMeta, userId: string, proof?: Proof): Submission {
  const { interactionEvent: event, ip, userAgent } = meta;
  return {
    interactionEvent: event,
    userId,
    verificationRecords: proof === undefined ? [] : [{ id: standardId(), ...proof, verified: true }],
    signInContext: { ip, ...(userAgent === undefined ? {} : { userAgent }) },
  };
}

/** Throws Logto's 404 if the user has been deleted in the meantime. */
function recordSignIn({ directory, clock }: Logto, { id }: User): User {
  const now = clock.now();
  const seen = { ...found(directory.users.get(id)), lastSignInAt: now, updatedAt: now };
  directory.users.put(id, seen);
  return seen;
}

function logSubmission({ auditLog }: Logto, meta: InteractionMeta, userId: string): void {
  const { interactionEvent: event, application, cimdClientId, sessionId, ip, userAgent } = meta;
  const who = { userId, applicationId: application?.id, cimdClientId, sessionId, interactionEvent: event };
  auditLog.record(`Interaction.${event}.Submit`, { result: 'Success', ip, userAgent, ...who });
}

export async function completeSignIn(
  logto: Logto,
  ctx: Context,
  [interaction, user, proof]: AuthenticatedUser,
): Promise<void> {
  const meta = metaOf(logto, ctx, [interaction, 'SignIn']);
  const events: RaisedEvent[] = [];
  const triggered = longInactivity(logto, user);
  if (triggered !== undefined) events.push(triggered(meta));
  const seen = recordSignIn(logto, user);
  events.push(interactionEvent(meta, seen, logto.clock.now()));
  void logto.webhooks.raise(events);
  const submission = submissionOf(meta, user.id, proof);
  logSubmission(logto, meta, user.id);
  await finish(logto, ctx, { login: { accountId: user.id }, submission });
}

export type SignUp = Pick<
  Partial<User>,
  'username' | 'primaryEmail' | 'primaryPhone' | 'name' | 'avatar' | 'identities'
> & { readonly password?: string };

export function createUser({ directory, clock }: Logto, { password, ...given }: SignUp): User {
  const roles = [...directory.roles.values()].filter((role) => role.isDefault && role.type === 'User');
  const passwordHash = password === undefined ? null : hashPassword(password);
  const user = newUser({ ...given, passwordHash, roleIds: roles.map(({ id }) => id) }, clock.now());
  directory.users.put(user.id, user);
  return user;
}

/** Raises `User.Created`. The returned function signs the user in and raises `PostRegister`. */
export function startSignUp(
  logto: Logto,
  ctx: Context,
  [interaction, given]: readonly [Interaction, SignUp],
): (ctx: Context) => Promise<void> {
  const { clock, webhooks } = logto;
  const [user, joined] = logto.directory.batch(() => {
    const created = createUser(logto, given);
    return [created, provision(logto.directory, created)] as const;
  });
  const meta = metaOf(logto, ctx, [interaction, 'Register']);
  const memberships = joined.map((organizationId) =>
    membershipUpdated(organizationId, 'user', { added: [user.id] }),
  );
  const events = [...memberships, ['User.Created', { data: showUser(user) }] as const];
  const created = webhooks.raise(events.map((event) => eventDuringInteraction(event, meta, clock.now())));
  const delivered = Promise.race([created, sleep(roundTrip)]);
  return async (ctx) => {
    const registered = interactionEvent(meta, recordSignIn(logto, user), clock.now());
    void webhooks.raise([registered], delivered);
    const submission = submissionOf(meta, user.id);
    logSubmission(logto, meta, user.id);
    await finish(logto, ctx, { login: { accountId: user.id }, submission });
  };
}

export function completeSignUp(
  logto: Logto,
  ctx: Context,
  signUp: readonly [Interaction, SignUp],
): Promise<void> {
  return startSignUp(logto, ctx, signUp)(ctx);
}
