import { defaultTenant } from '@latchkey/directory-sync';
import { z } from 'zod';
import { RowId, StorableText } from '../../platform/text-input.ts';

const Key = StorableText.min(1).max(256);

export const EventFilter = z.object({
  /** Inclusive. */
  from: z.iso.datetime().optional(),
  /** Exclusive. */
  to: z.iso.datetime().optional(),
  kind: z.enum(['decision', 'change']).optional(),
  outcomes: z
    .array(z.enum(['allow', 'deny', 'unavailable', 'done', 'failed', 'unknown']))
    .max(6)
    .optional(),
  /** Permissions and kinds of change. */
  actions: z.array(Key).max(20).optional(),
  actor: Key.optional(),
  subject: Key.optional(),
  /** Events with this actor or this subject. */
  person: Key.optional(),
  resource: Key.optional(),
  instance: Key.optional(),
  channel: z.enum(['gate', 'console', 'cli', 'mcp', 'request', 'sync']).optional(),
  /** The client id of the application through which the actor called. */
  application: StorableText.min(1).max(2_048).optional(),
});
export type EventFilter = z.infer<typeof EventFilter>;

export const ListInput = EventFilter.extend({
  /** The id of the last event of the previous page. */
  cursor: z.uuidv7().optional(),
  limit: z.number().int().min(1).max(200).default(50),
});

/** A change that the CLI makes in Permit directly. */
export const ReportedChange = z.object({
  action: z.enum(['role.assign', 'policy.apply', 'sync.reconcile']),
  tenant: Key.default(defaultTenant),
  subject: Key.optional(),
  outcome: z.enum(['done', 'failed']).default('done'),
  after: z
    .record(Key, z.union([Key, z.number(), z.boolean()]))
    .refine((after) => Object.keys(after).length <= 20, 'must have at most 20 entries'),
});

export const EventRef = z.object({ id: z.uuidv7() });

const ViewName = StorableText.trim().min(1).max(80);

export const ViewRef = z.object({ id: RowId });
export const RenameViewInput = ViewRef.extend({ name: ViewName });
export const SaveViewInput = z.object({
  name: ViewName,
  /** The query parameters of the audit page's URL. The page ignores parameters that it does not know. */
  filter: z
    .record(Key, Key)
    .refine((filter) => Object.keys(filter).length <= 10, 'must have at most 10 entries'),
});

/** The name of a time zone, such as `Asia/Seoul`. Offsets such as `+05:30` are refused. */
const TimeZone = z
  .string()
  .regex(/^[A-Za-z]/)
  .refine((name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  }, 'must be a time zone');

export const HistogramInput = EventFilter.required({ from: true, to: true }).extend({
  /** The time zone in which days begin. */
  timeZone: TimeZone.default('UTC'),
});
/** A period, and how many permissions and users to return. */
export const MostDeniedInput = EventFilter.pick({ from: true, to: true })
  .required()
  .extend({ limit: z.number().int().min(1).max(20).default(5) });

export type HistogramInput = z.infer<typeof HistogramInput>;
