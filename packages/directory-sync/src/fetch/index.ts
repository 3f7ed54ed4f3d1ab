export { createWebhookHandler, type WebhookHandlerOptions } from './create-webhook-handler.ts';
export type { ReconciledSubject } from './create-reconciler.ts';
