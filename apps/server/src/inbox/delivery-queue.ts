import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';

/** The jobs that settle webhook deliveries, kept by pg-boss in the same PostgreSQL as the deliveries. */
export interface DeliveryQueue {
  /** Part of the caller's transaction: the job is there exactly when the delivery is. */
  enqueue(transaction: Parameters<typeof fromDrizzle>[0], deliveryId: string): Promise<void>;
  /** Starts working; `settle` is called again, ever later, while it rejects. */
  work(settle: (deliveryId: string, attempt: { readonly isLast: boolean }) => Promise<void>): Promise<void>;
  /** Lets running jobs end first. */
  close(): Promise<void>;
}

const queue = 'webhook-deliveries';

interface DeliveryJob {
  readonly deliveryId: string;
}

/** 1 s, then doubling to 5 min: about a day and a half in all. */
const retries = { retryLimit: 400, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 };

/** Seconds. New jobs arrive by NOTIFY at once; polling finds those whose retry has come due. */
const workOptions = {
  pollingIntervalSeconds: 1,
  notifyPollingIntervalSeconds: 1,
  batchSize: 20,
  burstWhenBatchFull: true,
  perJobResults: true,
  includeMetadata: true,
} as const;

export async function openDeliveryQueue(
  url: string,
  onError: (error: Error) => void,
): Promise<DeliveryQueue> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'latchkey-queue',
    max: 4,
    useListenNotify: true,
  });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(queue, { ...retries, notify: true });
  return {
    async enqueue(transaction, deliveryId) {
      await boss.send(queue, { deliveryId } satisfies DeliveryJob, { db: fromDrizzle(transaction, sql) });
    },
    async work(settle) {
      const settleOne = async (job: JobWithMetadata<DeliveryJob>): Promise<JobResult> => {
        try {
          await settle(job.data.deliveryId, { isLast: job.retryCount >= job.retryLimit });
          return { id: job.id, status: 'completed' };
        } catch (error) {
          return { id: job.id, status: 'failed', output: { reason: String(error) } };
        }
      };
      await boss.work(queue, workOptions, (jobs: JobWithMetadata<DeliveryJob>[]) =>
        Promise.all(jobs.map(settleOne)),
      );
    },
    close: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
}
