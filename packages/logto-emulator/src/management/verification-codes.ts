import { z } from 'zod';
import { input } from './input.ts';
import { RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const recipient = z.union([z.object({ email: z.email() }), z.object({ phone: z.string().regex(/^\d+$/) })]);
const verification = z.intersection(recipient, z.object({ verificationCode: z.string() }));

const addressOf = (given: z.output<typeof recipient>): string =>
  'email' in given ? given.email : given.phone;

/** Nothing is sent: the code is in the emulator's inbox. */
function request({ logto, body }: Call): Answer {
  const sent = logto.messages.sendCode(addressOf(input(recipient, body)), 'Generic');
  if (sent === undefined) throw new RequestError('request.message_rate_limited', 429);
  return {};
}

function verify({ logto, body }: Call): Answer {
  const given = input(verification, body);
  if (!logto.messages.useCode(addressOf(given), 'Generic', given.verificationCode)) {
    throw new RequestError('verification_code.code_mismatch');
  }
  return {};
}

export const verificationCodeRoutes: readonly Route[] = [
  route('POST /verification-codes', request),
  route('POST /verification-codes/verify', verify),
];
