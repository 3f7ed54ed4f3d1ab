import type { Report } from './report.ts';
import type { Settings } from './settings.ts';
import type { Supervisor } from './supervisor.ts';

/** Shared by every step of `start`. */
export interface StartContext {
  readonly settings: Settings;
  readonly report: Report;
  readonly supervisor: Supervisor;
  /** How Logto reaches the server from outside, as options of `latchkey webhook expose`; undefined when not needed. */
  readonly exposure?: readonly string[] | undefined;
}
