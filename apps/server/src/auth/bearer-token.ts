import { AppError } from '../app-error.ts';

/** Returns the token of an `Authorization: Bearer …` header (RFC 6750). @throws {AppError} `TOKEN_MISSING` */
export function bearerToken(header: string | undefined): string {
  const [, token] = /^Bearer ([\w\-.~+/]+=*)$/i.exec(header ?? '') ?? [];
  if (token === undefined)
    throw new AppError('TOKEN_MISSING', 'Send an access token as `Authorization: Bearer …`.');
  return token;
}
