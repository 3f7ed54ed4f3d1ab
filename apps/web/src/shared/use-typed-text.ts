import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { typedText } from '../auth/stored-data.ts';

/** Restores the typed text after a sign-in, a reload, or when its sheet opens again. Set it to '' when it is sent. */
export function useTypedText(field: string, initial = ''): [string, (text: string) => void] {
  const { person, organization } = useRouteContext({ from: '/console' });
  const stored = typedText(person.key, field, organization);
  const [text, setText] = useState(() => (stored.read() === '' ? initial : stored.read()));
  return [
    text,
    (next) => {
      stored.write(next);
      setText(next);
    },
  ];
}
