import * as v from 'valibot';

const DeliveryStatus = v.picklist(['pending', 'applied', 'ignored', 'failed']);
export type DeliveryStatus = v.InferOutput<typeof DeliveryStatus>;

/** The delivery filter in the URL. `event` is Logto's name; `subject` is `user:<id>` or `organization:<id>`. */
export const SyncFilter = v.object({
  status: v.fallback(v.optional(DeliveryStatus), undefined),
  event: v.fallback(v.optional(v.string()), undefined),
  subject: v.fallback(v.optional(v.string()), undefined),
});
export type SyncFilter = v.InferOutput<typeof SyncFilter>;
