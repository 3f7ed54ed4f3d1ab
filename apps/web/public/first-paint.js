// Runs before the first paint, and does the same as src/theme/theme.ts, src/i18n/language.ts and src/auth/may-have-session.ts,
// which run later.
try {
  const theme = localStorage.getItem('latchkey:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  const wanted = [localStorage.getItem('latchkey:language'), ...navigator.languages]
    .map((tag) => tag?.slice(0, 2))
    .find((tag) => tag === 'ko' || tag === 'en');
  document.documentElement.lang = wanted ?? 'en';
  preload(document.documentElement.lang);
} catch {
  // Storage may be forbidden: the system's theme and English are used.
}

/** Asks at once for what the page begins with. The build names the files (preload-parts.ts); in development there are none. */
function preload(language) {
  const { files, parts } = JSON.parse(document.currentScript.dataset.preload ?? '{}');
  if (files === undefined) return;
  const hasSession = Object.keys(localStorage).some((key) => /^logto:.+:idToken$/.test(key));
  const { pathname } = location;
  const start =
    pathname === '/' && !hasSession ? 'landing' : pathname === '/callback' ? 'callback' : 'console';
  if (start !== 'landing') link({ rel: 'preload', as: 'fetch', href: '/api/config' });
  const wanted = [start, language, `${start}-${language}`];
  // Whoever is signed in goes from `/` to the home.
  const page = pathname === '/' ? '/home' : pathname;
  if (hasSession) wanted.push(page, `${page}-${language}`);
  for (const file of new Set(wanted.flatMap((part) => parts[part] ?? [])))
    link({ rel: 'modulepreload', href: `/${files[file]}` });
}

function link(attributes) {
  document.head.append(Object.assign(document.createElement('link'), { crossOrigin: '', ...attributes }));
}
