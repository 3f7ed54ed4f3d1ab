/**
 * The keys that work out of the box. They are in this file on purpose: they open nothing but an emulator on this
 * machine. 97 characters, as the vendor's tools ask for.
 */
function developmentKey(level: string): string {
  return `permit_key_${level}`.padEnd(97, 'DevelopmentOnly');
}

export const developmentKeys = {
  environment: developmentKey('Environment'),
  project: developmentKey('Project'),
  organization: developmentKey('Organization'),
} as const;
