import { useEffect, useState } from 'react';
import { styles } from './styles.ts';

/** Appends a shadow root to the body while the component is mounted. */
export function useShadowRoot(): ShadowRoot {
  const [root] = useState(createRoot);
  useEffect(() => {
    document.body.append(root.host);
    return () => root.host.remove();
  }, [root]);
  return root;
}

function createRoot(): ShadowRoot {
  const root = document.createElement('latchkey-devtools').attachShadow({ mode: 'open' });
  const sheet = document.createElement('style');
  sheet.textContent = styles;
  root.append(sheet);
  return root;
}
