// Runs before the first paint, and does the same as src/theme/theme.ts and src/i18n/language.ts, which run later.
try {
  const theme = localStorage.getItem('latchkey:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  const wanted = [localStorage.getItem('latchkey:language'), ...navigator.languages]
    .map((tag) => tag?.slice(0, 2))
    .find((tag) => tag === 'ko' || tag === 'en');
  document.documentElement.lang = wanted ?? 'en';
} catch {
  // Storage may be forbidden: the system's theme and English are used.
}
