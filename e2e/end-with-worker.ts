/**
 * Loaded into each process that a worker of Playwright starts (`node --import`): it stops when the worker ends, also by a kill -9, and
 * at its end it removes the folder that `E2E_FOLDER` names.
 */
import { rmSync } from 'node:fs';

if (process.connected) {
  process.once('disconnect', () => {
    // Before anybody listens to the signal there is nothing to stop.
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(1);
  });
  process.channel?.unref();
  // Nobody reads the output then.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const folder = process.env['E2E_FOLDER'];
  if (folder !== undefined) process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}
