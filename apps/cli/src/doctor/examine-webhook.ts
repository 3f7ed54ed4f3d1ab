import { postJson } from '../http/request.ts';
import { addressOf } from '../webhook/endpoint.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

export async function examineWebhook(url: string, check = verdictsOf('Webhook endpoint')): Promise<Verdict> {
  const response = await postJson(url, { event: 'PostRegister', hookId: 'latchkey-doctor' });
  if (typeof response === 'string') {
    return check.failed(
      `${addressOf(url)} does not answer: ${response}.`,
      'Start the server, or correct the URL; Logto must reach it from outside.',
    );
  }
  if (response.status === 401) return check.ok('reached; refuses unsigned events.');
  if (response.status < 300) {
    return check.failed(
      'It accepts an event without a signature.',
      'Anyone with the URL can create accounts: verify signatures, or correct the URL.',
    );
  }
  return check.failed(`It answers ${response.status}.`, 'Check the path: /api/webhooks/logto of the server.');
}
