import { useTranslation } from '../../i18n/use-translation.tsx';

/**
 * The events that the webhook subscribes to, as in `@latchkey/directory-sync`. A new one needs a message in every
 * delivery-messages.*.ts; others are shown by Logto's name.
 */
export const webhookEventNames = [
  'PostRegister',
  'PostSignIn',
  'User.Created',
  'User.Data.Updated',
  'User.SuspensionStatus.Updated',
  'User.Deleted',
  'Organization.Created',
  'Organization.Data.Updated',
  'Organization.Membership.Updated',
  'Organization.Deleted',
  'Role.Data.Updated',
  'Role.Deleted',
  'OrganizationRole.Data.Updated',
  'OrganizationRole.Deleted',
] as const;
export type WebhookEventName = (typeof webhookEventNames)[number];

function isKnownEvent(event: string): event is WebhookEventName {
  return webhookEventNames.some((known) => known === event);
}

/** The description of a Logto event; Logto's name for events that sync ignores. */
export function useEventName(): (event: string) => string {
  const { t } = useTranslation();
  return (event) => (isKnownEvent(event) ? t(`sync.event.${event}`) : event);
}
