import { z } from 'zod';
import { createLogtoTransport, LogtoApiError, type LogtoManagementOptions } from './logto-transport.ts';

const Sessions = z.object({
  sessions: z.array(
    z.object({
      payload: z.object({ uid: z.string(), loginTs: z.number().nullish() }),
      expiresAt: z.number(),
    }),
  ),
});

/** An active browser session. Times are in epoch milliseconds. */
export interface LogtoSession {
  readonly id: string;
  readonly signedInAt: number | null;
  readonly expiresAt: number;
}

export interface LogtoSessions {
  /**
   * The sessions of a user, newest first. `undefined` when Logto has no such user, or is older than 1.42, which
   * introduced this endpoint.
   * @throws {LogtoApiError}
   */
  of(userId: string): Promise<LogtoSession[] | undefined>;
}

export function createLogtoSessions(options: LogtoManagementOptions): LogtoSessions {
  const transport = createLogtoTransport(options);
  return {
    async of(userId) {
      try {
        const path = `/users/${encodeURIComponent(userId)}/sessions`;
        const { sessions } = (await transport.get(path, { answer: Sessions })).body;
        return sessions
          .map(({ payload: { uid, loginTs }, expiresAt }) => ({
            id: uid,
            signedInAt: typeof loginTs === 'number' ? loginTs * 1_000 : null,
            expiresAt,
          }))
          .toSorted((one, other) => (other.signedInAt ?? 0) - (one.signedInAt ?? 0));
      } catch (error) {
        if (error instanceof LogtoApiError && error.status === 404) return undefined;
        throw error;
      }
    },
  };
}
