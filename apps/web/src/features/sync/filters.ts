import { catch as otherwise, enum as oneOf, object, optional, string, type infer as Infer } from 'zod/mini';

const DeliveryStatus = oneOf(['pending', 'applied', 'ignored', 'failed']);
export type DeliveryStatus = Infer<typeof DeliveryStatus>;

/** The filter of the deliveries in the URL. `event` is Logto's name; `subject` is `user:<id>` or `organization:<id>`. */
export const SyncFilter = object({
  status: otherwise(optional(DeliveryStatus), undefined),
  event: otherwise(optional(string()), undefined),
  subject: otherwise(optional(string()), undefined),
});
export type SyncFilter = Infer<typeof SyncFilter>;
