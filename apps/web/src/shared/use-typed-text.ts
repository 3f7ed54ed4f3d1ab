import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { typedText } from '../auth/stored-data.ts';

/**
 * The text of a form's field. Restores the typed text after a sign-in, a reload, or when its sheet is opened again. Set
 * it to '' when it is sent.
 */
export function useTypedText(field: string, initial = ''): [string, (text: string) => void] {
  const { person } = useRouteContext({ from: '/console' });
  const kept = typedText(person.key, field);
  const [text, setText] = useState(() => (kept.read() === '' ? initial : kept.read()));
  return [
    text,
    (next) => {
      kept.write(next);
      setText(next);
    },
  ];
}
