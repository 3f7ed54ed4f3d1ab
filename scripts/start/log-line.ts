import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** The fields of a pino log line to print. */
const PinoLine = z.looseObject({
  level: z.number(),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
});

export interface LogLine {
  /** pino's numbers: 30 info, 40 warn, 50 error. */
  readonly level: number;
  readonly text: string;
}

/** Parses one line of a child's output: JSON with a pino level, or plain text. Plain text on stderr counts as a warning. */
export function readLogLine(line: string, source: 'stdout' | 'stderr'): LogLine {
  const parsed = PinoLine.safeParse(parseJson(line));
  if (!parsed.success) return { level: source === 'stderr' ? 40 : 30, text: stripVTControlCharacters(line) };
  const { level, msg, err } = parsed.data;
  return { level, text: [msg, err?.message].filter(Boolean).join(': ') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
