/**
 * Loaded into every child of `start` (`node --import`): if `start` ends without stopping the child, for example after a
 * kill -9, the kernel closes the channel between the two, and the child stops as on SIGTERM. Its path on a command line
 * also identifies a process as such a child (run-file.ts).
 */
import { isMainThread } from 'node:worker_threads';

/** The grace period for a child that ignores SIGTERM. `start` itself waits as long. */
const GRACE_MS = 10_000;

// Threads and forked processes inherit `--import`; only the child itself has the channel to `start`.
if (isMainThread && process.connected) {
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // The listener must not keep a child alive that has nothing left to do.
  process.channel?.unref();
  // After `start` has ended, nothing reads the output. A write error must not end the child before it has cleaned up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
