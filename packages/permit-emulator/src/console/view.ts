import type { Page } from '@latchkey/emulator-kit';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';

export interface Addresses {
  readonly url: string;
  readonly pdpUrl: string;
  readonly opaUrl: string | undefined;
}

export interface View {
  readonly account: Account;
  /** The environment that `?env=` chooses. */
  readonly env: Environment;
  readonly decisions: DecisionLog;
  readonly addresses: Addresses;
}

export type Show = Page<View>['show'];
