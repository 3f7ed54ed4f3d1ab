import { randomInt } from 'node:crypto';
import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from './clock.ts';
import { standardId } from './identifiers.ts';

/** Logto's email connectors, each with its `target`. Social targets need no connector in the emulator. */
export const emailConnectors: Readonly<Record<string, string>> = {
  'simple-mail-transfer-protocol': 'smtp',
  'sendgrid-email-service': 'sendgrid-mail',
  'mailgun-email': 'mailgun-email',
  'aws-ses-mail': 'aws-ses',
  'aliyun-direct-mail': 'aliyun-dm',
};

/** An email or text message that Logto would have sent. */
interface Message {
  readonly id: string;
  readonly recipient: string;
  readonly kind: 'ForgotPassword' | 'OrganizationInvitation';
  /** The verification code, or the link of an invitation. */
  readonly content: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly used: boolean;
}

export interface Messages {
  /** Returns the message, or undefined when the recipient has exceeded the rate limit. */
  send(message: Pick<Message, 'recipient' | 'kind' | 'content'>): Message | undefined;
  /** Sends a six-digit code, which replaces the previous one. */
  sendCode(recipient: string): Message | undefined;
  /** Returns true for the latest code of a recipient, once and within ten minutes. */
  useCode(recipient: string, code: string): boolean;
  /** Returns the stored messages, newest first. */
  list(): Message[];
}

const minute = 60 * 1000;
/** Logto sends at most ten messages to one recipient within ten minutes. */
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
