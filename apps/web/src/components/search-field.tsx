import { Search, X } from 'lucide-react';
import { useEffect, useEffectEvent, useId, useRef, useState, type ReactNode } from 'react';

/** Milliseconds without a key before the list follows. */
const pause = 200;

/** Searches a list. What is typed is handed on after a pause, without the blanks around it. */
export function SearchField(props: {
  /** What is searched for now, as the URL has it. */
  readonly search: string;
  readonly label: string;
  readonly hint: string;
  readonly clear: string;
  readonly maxLength: number;
  readonly onSearch: (search: string) => void;
}): ReactNode {
  const { search, label, hint, clear, maxLength } = props;
  // The pause does not begin anew when the page renders.
  const onSearch = useEffectEvent(props.onSearch);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search);
  const [sent, setSent] = useState(search);
  // The back button, or a chip, changed it.
  if (search !== sent) {
    setSent(search);
    setText(search);
  }
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent) return undefined;
    const timer = setTimeout(() => {
      setSent(wanted);
      onSearch(wanted);
    }, pause);
    return () => clearTimeout(timer);
  }, [text, sent]);
  return (
    <div className="relative mb-3 max-w-md print:hidden">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
      />
      <input
        ref={field}
        id={id}
        type="text"
        inputMode="search"
        autoComplete="off"
        maxLength={maxLength}
        value={text}
        placeholder={hint}
        onChange={(event) => setText(event.target.value)}
        className="block h-10 w-full rounded-control border border-line-strong bg-surface pr-10 pl-9 placeholder:text-muted pointer-coarse:h-11"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label={clear}
          onClick={() => {
            setText('');
            field.current?.focus();
          }}
          className="absolute top-1/2 right-1 inline-flex size-8 -translate-y-1/2 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink"
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      )}
    </div>
  );
}
