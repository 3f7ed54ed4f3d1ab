import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';

/** A refusal in the PDP's format: plain text. */
export class PdpRefusal extends Error {
  override readonly name = 'PdpRefusal';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The environment of the key in an `Authorization` header. A PDP serves one environment, so it accepts only
 * environment keys.
 */
export function environmentOf(account: Account, header: string | undefined): Environment {
  if (header === undefined) throw new PdpRefusal(401, 'Missing Authorization header');
  const [, secret = ''] = /^Bearer\s+(\S+)\s*$/i.exec(header) ?? [];
  const record = account.environmentRecords.get(account.keyOf(secret)?.environment_id ?? '');
  if (record === undefined) {
    throw new PdpRefusal(403, 'You are not authorized to access this resource, please check your API key.');
  }
  return account.environment(record);
}
