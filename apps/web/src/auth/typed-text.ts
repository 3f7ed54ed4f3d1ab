const prefix = 'latchkey:typed:';

/** Text that a person has typed and not sent, kept for this tab: it outlives a sign-in, a reload, a sheet that was closed. */
export interface TypedText {
  readonly read: () => string;
  /** Nothing is kept of an empty text. */
  readonly write: (text: string) => void;
}

/** `person` keeps the texts of two people apart who sign in in the same tab; `field` names the form and what it is about. */
export function typedText(person: string, field: string): TypedText {
  const key = `${prefix}${person}:${field}`;
  return {
    read: () => sessionStorage.getItem(key) ?? '',
    write(text) {
      if (text === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    },
  };
}

/** At sign-out nothing of what was typed stays in the browser. */
export function forgetTypedTexts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}
