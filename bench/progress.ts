import type { WriteStream } from 'node:tty';
import type { Progress } from './measure-group.ts';

/** Shows on one line of a terminal what is measured. Elsewhere it writes a line now and then. */
export function progressOn(stream: WriteStream, group: string): Progress {
  let shown = -1;
  return (done, all, title) => {
    const percent = Math.floor((done / all) * 100);
    if (stream.isTTY) {
      const text = `${group}  ${String(percent).padStart(3)} %  ${title}`;
      stream.write(`\r${text.slice(0, stream.columns - 1)}\u001B[K${done === all ? '\n' : ''}`);
    } else if (percent - shown >= 20 || done === all) {
      shown = percent;
      stream.write(`${group}: ${percent} %\n`);
    }
  };
}
