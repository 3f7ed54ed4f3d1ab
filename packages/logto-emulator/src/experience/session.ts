import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { newUser, showUser } from '../directory/new-user.ts';
import { hashPassword } from '../directory/passwords.ts';
import { provision } from '../directory/provision.ts';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { membershipUpdated } from '../management/membership.ts';
import { eventDuringInteraction, interactionEvent } from '../webhooks/payloads.ts';
import type { RaisedEvent } from '../webhooks/events.ts';
import { longInactivity } from './adaptive-mfa.ts';
import { finish, metaOf } from './interaction.ts';

/** In Logto a browser's round trip lies between `User.Created` and `PostRegister`; this is how long it is waited for. */
const roundTrip = 100;

/** Who has proved to be who, in which interaction. */
export type Identified = readonly [Interaction, User];

function touch(logto: Logto, user: User): User {
  const now = logto.clock.now();
  const seen = { ...user, lastSignInAt: now, updatedAt: now };
  logto.directory.users.put(user.id, seen);
  return seen;
}

/** Somebody has proved to be `user`: the sign-in goes on, and `PostSignIn` is raised. */
export async function signIn(logto: Logto, ctx: Context, [interaction, user]: Identified): Promise<void> {
  const meta = metaOf(logto, ctx, [interaction, 'SignIn']);
  const events: RaisedEvent[] = [];
  const triggered = longInactivity(logto, user);
  if (triggered !== undefined) events.push(triggered(meta));
  const seen = touch(logto, user);
  events.push(interactionEvent(meta, seen, logto.clock.now()));
  void logto.webhooks.raise(events);
  await finish(logto, ctx, { login: { accountId: user.id } });
}

/** What somebody signs up with; checked before. */
export type SignUp = Pick<
  Partial<User>,
  'username' | 'primaryEmail' | 'primaryPhone' | 'name' | 'avatar' | 'identities'
> & { readonly password?: string };

/** Makes a user with the roles that every new user gets. */
export function createUser({ directory, clock }: Logto, { password, ...given }: SignUp): User {
  const roles = [...directory.roles.values()].filter((role) => role.isDefault && role.type === 'User');
  const passwordHash = password === undefined ? null : hashPassword(password);
  const user = newUser({ ...given, passwordHash, roleIds: roles.map(({ id }) => id) }, clock.now());
  directory.users.put(user.id, user);
  return user;
}

/** Makes the user and signs it in: `User.Created` with the memberships that come with the email, then `PostRegister`. */
export async function signUp(
  logto: Logto,
  ctx: Context,
  [interaction, given]: readonly [Interaction, SignUp],
): Promise<void> {
  const { clock, webhooks } = logto;
  const user = createUser(logto, given);
  const meta = metaOf(logto, ctx, [interaction, 'Register']);
  const memberships = provision(logto.directory, user).map((organizationId) =>
    membershipUpdated(organizationId, 'user', { added: [user.id] }),
  );
  const events = [...memberships, ['User.Created', { data: showUser(user) }] as const];
  const created = webhooks.raise(events.map((event) => eventDuringInteraction(event, meta, clock.now())));
  const registered = interactionEvent(meta, touch(logto, user), clock.now());
  void webhooks.raise([registered], Promise.race([created, sleep(roundTrip)]));
  await finish(logto, ctx, { login: { accountId: user.id } });
}
