import type { Env } from '../../env.ts';
import type { StreamSettings } from './stream-targets.ts';

export function streamSettingsOf(env: Env): StreamSettings {
  const { AUDIT_STREAM_FILE: file, AUDIT_STREAM_URL: url, AUDIT_STREAM_SECRET: secret } = env;
  return { file, http: url === undefined || secret === undefined ? undefined : { url, secret } };
}
