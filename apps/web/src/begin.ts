import { createRoot } from 'react-dom/client';
import { mayHaveSession } from './auth/may-have-session.ts';
import { late, preferredLanguage } from './i18n/language.ts';
import { isMissingCode, reloadIfReachable } from './new-version.ts';

/** Milliseconds between attempts to reload the page. */
const pause = 5_000;

/**
 * Renders the landing page in a browser without a session, otherwise the console. If their code cannot be loaded,
 * `element` shows a message, and the page reloads as soon as the server can be reached.
 */
export async function begin(element: Element): Promise<void> {
  try {
    // Loads the code before creating the root, which replaces the splash.
    if (location.pathname === '/' && !mayHaveSession()) {
      const { showLanding } = await import('./landing.tsx');
      await showLanding(createRoot(element));
    } else {
      const { start } = await import('./start.tsx');
      await start(createRoot(element));
    }
  } catch (error) {
    if (!isMissingCode(error)) throw error;
    const text = Object.assign(document.createElement('p'), { textContent: late[preferredLanguage()] });
    text.setAttribute('role', 'status');
    text.className = 'splash px-4 text-center text-muted';
    element.replaceChildren(text);
    setInterval(() => void reloadIfReachable(), pause);
  }
}
