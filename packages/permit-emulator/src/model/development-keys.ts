/** 97 characters, as the vendor's tools require. */
function developmentKey(level: string): string {
  return `permit_key_${level}`.padEnd(97, 'DevelopmentOnly');
}

/**
 * The API keys that work by default: strings of 97 characters. They are public on purpose: they give access only to
 * an emulator on this machine.
 */
export const developmentKeys = {
  environment: developmentKey('Environment'),
  project: developmentKey('Project'),
  organization: developmentKey('Organization'),
} as const;
