import { z } from 'zod';
import type { JwtCustomizerKind } from '../directory/settings.ts';
import { input } from './input.ts';
import { found } from './request-error.ts';
import { route, type Call, type Route } from './route.ts';

const kind = z.enum(['access-token', 'client-credentials']);
const customizer = z.object({
  script: z.string().min(1),
  environmentVariables: z.record(z.string(), z.string()).optional(),
});
const kinds: readonly JwtCustomizerKind[] = kind.options;

const kindOf = ({ params }: Call): JwtCustomizerKind => input(kind, params['tokenType'], 'query');

/** Scripts that add claims to access tokens. They run in this process. */
export const jwtCustomizerRoutes: readonly Route[] = [
  route('GET /configs/jwt-customizer', ({ logto }) => ({
    body: kinds.flatMap((name) => {
      const value = logto.settings.jwtCustomizer(name);
      return value === undefined
        ? []
        : [{ key: name === 'access-token' ? 'jwt.accessToken' : 'jwt.clientCredentials', value }];
    }),
  })),
  route('GET /configs/jwt-customizer/:tokenType', (call) => ({
    body: found(call.logto.settings.jwtCustomizer(kindOf(call))),
  })),
  route('PUT /configs/jwt-customizer/:tokenType', (call) => {
    const existed = call.logto.settings.jwtCustomizer(kindOf(call)) !== undefined;
    const given = input(customizer, call.body);
    call.logto.settings.setJwtCustomizer(kindOf(call), given);
    return { status: existed ? 200 : 201, body: given };
  }),
  route('DELETE /configs/jwt-customizer/:tokenType', (call) => {
    found(call.logto.settings.jwtCustomizer(kindOf(call)));
    call.logto.settings.setJwtCustomizer(kindOf(call), undefined);
    return {};
  }),
];
