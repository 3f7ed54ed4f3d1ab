/**
 * Loaded into every child of `start` (`node --import`): when `start` ends without stopping the child, as after a kill -9,
 * the kernel closes the channel between the two, and the child stops as it would on SIGTERM. Its path on a command
 * line also shows that a process is such a child (run-file.ts).
 */
import { isMainThread } from 'node:worker_threads';

/** For a child that does not end on SIGTERM. `start` itself waits as long. */
const GRACE_MS = 10_000;

// Threads and forked processes inherit `--import`; only the child itself has the channel to `start`.
if (isMainThread && process.connected) {
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // The listener alone would keep a child alive that has nothing left to do.
  process.channel?.unref();
  // After the end of `start` nobody reads the output. The error of a write must not end the child before it has cleaned up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
