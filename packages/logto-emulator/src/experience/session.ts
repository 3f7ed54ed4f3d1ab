import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { newUser, showUser } from '../directory/new-user.ts';
import { hashPassword } from '../directory/passwords.ts';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventDuringInteraction, interactionEvent } from '../webhooks/payloads.ts';
import { finish, metaOf } from './interaction.ts';

/** In Logto a browser's round trip lies between `User.Created` and `PostRegister`; this is how long it is waited for. */
const roundTrip = 100;

function touch(logto: Logto, user: User): User {
  const now = logto.clock.now();
  const seen = { ...user, lastSignInAt: now, updatedAt: now };
  logto.directory.users.put(user.id, seen);
  return seen;
}

/** Somebody has proved to be `user`: the sign-in goes on, and `PostSignIn` is raised. */
export async function signIn(
  logto: Logto,
  ctx: Context,
  [interaction, user]: readonly [Interaction, User],
): Promise<void> {
  const seen = touch(logto, user);
  void logto.webhooks.raise([
    interactionEvent(metaOf(logto, ctx, [interaction, 'SignIn']), seen, logto.clock.now()),
  ]);
  await finish(logto, ctx, { login: { accountId: user.id } });
}

/** What somebody signs up with; checked before. */
export type SignUp = Pick<
  Partial<User>,
  'username' | 'primaryEmail' | 'primaryPhone' | 'name' | 'avatar' | 'identities'
> & {
  readonly password?: string;
};

/** Makes the user and signs it in: `User.Created`, then `PostRegister`. */
export async function signUp(
  logto: Logto,
  ctx: Context,
  [interaction, given]: readonly [Interaction, SignUp],
): Promise<User> {
  const { directory, clock, webhooks } = logto;
  const { password, ...rest } = given;
  const roleIds = [...directory.roles.values()]
    .filter((role) => role.isDefault && role.type === 'User')
    .map(({ id }) => id);
  const passwordHash = password === undefined ? null : hashPassword(password);
  const user = newUser({ ...rest, passwordHash, roleIds }, clock.now());
  directory.users.put(user.id, user);
  const meta = metaOf(logto, ctx, [interaction, 'Register']);
  const created = webhooks.raise([
    eventDuringInteraction(['User.Created', { data: showUser(user) }], meta, clock.now()),
  ]);
  const seen = touch(logto, user);
  const registered = interactionEvent(meta, seen, clock.now());
  void webhooks.raise([registered], Promise.race([created, sleep(roundTrip)]));
  await finish(logto, ctx, { login: { accountId: user.id } });
  return seen;
}
