import type { Report } from './report.ts';
import type { Settings } from './settings.ts';
import type { Supervisor } from './supervisor.ts';

/** What every step of `start` uses. */
export interface StartContext {
  readonly settings: Settings;
  readonly report: Report;
  readonly supervisor: Supervisor;
  /** How Logto reaches the server from outside, as options of `latchkey webhook expose`; undefined when it need not. */
  readonly exposure?: readonly string[] | undefined;
}
