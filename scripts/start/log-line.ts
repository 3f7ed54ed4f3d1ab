import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** The fields of a pino log line to print. */
const PinoLine = z.looseObject({
  level: z.union([z.number(), z.string()]),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
});

const LEVELS: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

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
  return {
    level: typeof level === 'number' ? level : (LEVELS[level] ?? 30),
    text: [msg, err?.message].filter((part) => part !== undefined && part !== '').join(': '),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
