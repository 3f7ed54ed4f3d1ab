import { begin } from './begin.ts';
import { reloadForNewVersion } from './new-version.ts';
import './styles.css';
import { followTheme } from './layout/theme.ts';

const element = document.querySelector('#root');
if (element === null) throw new TypeError('index.html has no #root.');

// The back button may restore an outdated page from the back/forward cache: one that waits for a sign-in, or one of a
// user who has signed out since.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

followTheme();
reloadForNewVersion();
await begin(element);
