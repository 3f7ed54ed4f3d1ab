import { useSyncExternalStore } from 'react';
import { createListeners } from '../listeners.ts';
import { onPreferenceChange, readPreference, writePreference } from '../preference.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const listeners = createListeners();

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
  listeners.notify();
}

export function useTheme(): Theme {
  return useSyncExternalStore(listeners.subscribe, currentTheme);
}

export function followTheme(): void {
  onPreferenceChange('theme', () => showTheme(currentTheme()));
}
