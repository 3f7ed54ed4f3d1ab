import { randomInt } from 'node:crypto';
import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from './clock.ts';
import { standardId } from './identifiers.ts';

/** By name, with their `target`. Social targets need no connector in the emulator. */
export const emailConnectors: Readonly<Record<string, string>> = {
  'simple-mail-transfer-protocol': 'smtp',
  'sendgrid-email-service': 'sendgrid-mail',
  'mailgun-email': 'mailgun-email',
  'aws-ses-mail': 'aws-ses',
  'aliyun-direct-mail': 'aliyun-dm',
};

interface Message {
  readonly id: string;
  readonly recipient: string;
  readonly kind: 'ForgotPassword' | 'OrganizationInvitation';
  /** A verification code, or the link of an invitation. */
  readonly content: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly used: boolean;
}

export interface Messages {
  /** Returns undefined when the recipient has exceeded the rate limit. */
  send(message: Pick<Message, 'recipient' | 'kind' | 'content'>): Message | undefined;
  /** The code has six digits and replaces the previous one. */
  sendCode(recipient: string): Message | undefined;
  /** Accepts the latest code of a recipient, once and within ten minutes. */
  useCode(recipient: string, code: string): boolean;
  /** Newest first. */
  list(): Message[];
}

const minute = 60 * 1000;
/** Logto's limit within ten minutes. */
const maxPerRecipient = 10;
const maxStored = 200;

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export function createMessages(store: Store, clock: Clock): Messages {
  const records = store.collection<Message>('messages');
  const list = (): Message[] => [...records.values()].toReversed();

  const send: Messages['send'] = (message) => {
    const since = clock.now() - 10 * minute;
    const recent = list().filter(
      ({ recipient, sentAt }) => same(recipient, message.recipient) && sentAt > since,
    );
    if (recent.length >= maxPerRecipient) return undefined;
    const sent: Message = { ...message, id: standardId(), sentAt: clock.now(), used: false };
    records.put(sent.id, sent);
    if (records.size > maxStored) {
      const [oldest] = records.keys();
      if (oldest !== undefined) records.delete(oldest);
    }
    return sent;
  };

  return {
    send,
    sendCode: (recipient) =>
      send({ recipient, kind: 'ForgotPassword', content: String(randomInt(1_000_000)).padStart(6, '0') }),
    useCode(recipient, code) {
      const last = list().find(
        (message) => same(message.recipient, recipient) && message.kind === 'ForgotPassword',
      );
      if (last === undefined || last.used || last.content !== code || last.sentAt < clock.now() - 10 * minute)
        return false;
      records.put(last.id, { ...last, used: true });
      return true;
    },
    list,
  };
}
