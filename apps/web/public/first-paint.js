// Runs before the first paint, and does the same as src/layout/theme.ts, src/i18n/language.ts and src/auth/may-have-session.ts,
// which run later.
try {
  const theme = localStorage.getItem('latchkey:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  const wanted = [localStorage.getItem('latchkey:language'), ...navigator.languages]
    .map((tag) => tag?.slice(0, 2))
    .find((tag) => tag === 'ko' || tag === 'en');
  document.documentElement.lang = wanted ?? 'en';
  preloadSettings();
} catch {
  // Storage may be blocked; then the system's theme and English are used.
}

/** Requests the console's settings while its code is loading. The landing page does not need them. */
function preloadSettings() {
  const hasSession = Object.keys(localStorage).some((key) => /^logto:.+:idToken$/.test(key));
  if (location.pathname === '/' && !hasSession) return;
  const link = { rel: 'preload', as: 'fetch', href: '/api/config', crossOrigin: '' };
  document.head.append(Object.assign(document.createElement('link'), link));
}
