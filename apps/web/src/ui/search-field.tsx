import { Search, X } from 'lucide-react';
import { useEffect, useEffectEvent, useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

const pause = 200;

export function SearchField(props: {
  readonly search: string;
  readonly label: string;
  readonly hint: string;
  readonly maxLength: number;
  readonly onSearch: (search: string) => void;
}): ReactNode {
  const { search, label, hint, maxLength } = props;
  const { t } = useTranslation();
  // A re-render does not restart the delay.
  const onSearch = useEffectEvent(props.onSearch);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search);
  const [sent, setSent] = useState(search);
  // The back button or a chip has changed the search in the URL.
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
          aria-label={t('search.clear')}
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

export function useDebounced<Value>(value: Value, delay: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
