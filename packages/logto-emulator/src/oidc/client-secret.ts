import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../directory/clock.ts';
import type { Directory } from '../directory/directory.ts';
import type { Application } from '../directory/records.ts';

const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', '%20'));

/** The secret that a client sends, in the header or in the body. It is not verified here. */
function sentSecret(ctx: KoaContextWithOIDC | undefined): string | undefined {
  const inBody = ctx?.oidc?.params?.['client_secret'];
  if (typeof inBody === 'string') return inBody;
  const [scheme, credentials = ''] = ctx?.headers.authorization?.split(' ') ?? [];
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const [, ...secret] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  try {
    return decode(secret.join(':'));
  } catch {
    return undefined;
  }
}

/**
 * The secret that oidc-provider compares with. oidc-provider knows one secret per client, Logto has many: when
 * the sent secret is one of them, that one is used.
 */
export function clientSecret(
  { directory, clock }: { directory: Directory; clock: Clock },
  application: Application,
  ctx: KoaContextWithOIDC | undefined,
): string {
  const value = sentSecret(ctx);
  const match = directory.secrets
    .findBy('application', application.id)
    .find((secret) => secret.value === value);
  if (match === undefined) return application.secret;
  if (match.expiresAt !== null && match.expiresAt < clock.now())
    throw new errors.InvalidRequest('client secret has expired');
  return match.value;
}
