import { askJson } from '../http/request.ts';
import { failed, ok, type Verdict } from './verdict.ts';

/** It is asked with what Logto would never send: an event without a signature, which it has to refuse. */
export async function examineWebhook(url: string): Promise<Verdict> {
  const about = 'Webhook endpoint';
  const answer = await askJson(url, { event: 'PostRegister', hookId: 'latchkey-doctor' });
  if (typeof answer === 'string') {
    return failed(
      about,
      `${url} does not answer: ${answer}.`,
      'Start the server; Logto must reach it from outside.',
    );
  }
  if (answer.status === 401) return ok(about, 'reached; refuses what is not signed.');
  if (answer.status < 300) {
    return failed(
      about,
      'It accepts an event without a signature.',
      'Whoever finds it can sign up anybody: verify signatures, or correct the URL.',
    );
  }
  return failed(about, `It answers ${answer.status}.`, 'Check the path: /api/webhooks/logto of the server.');
}
