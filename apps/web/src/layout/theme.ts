import { useSyncExternalStore } from 'react';
import { onPreferenceChange, readPreference, writePreference } from '../preference.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export function currentTheme(): Theme {
  const chosen = readPreference('theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export function setTheme(theme: Theme): void {
  writePreference('theme', theme === 'system' ? null : theme);
  showTheme(theme);
}

/** Without the attribute, the colors of `light-dark()` follow the system's theme. */
function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}

export function followTheme(): void {
  onPreferenceChange('theme', () => showTheme(currentTheme()));
}
