import { begin } from './begin.ts';
import { reloadForNewVersion } from './new-version.ts';
import './styles.css';
import { followTheme } from './theme/theme.ts';

const element = document.querySelector('#root');
if (element === null) throw new TypeError('index.html has no #root.');

// The back button may restore this page from the back/forward cache as it was: waiting for a sign-in, or of a person who has
// signed out since.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

followTheme();
reloadForNewVersion();
await begin(element);
