import { getRouteApi } from '@tanstack/react-router';
import { Search, X } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MembersFilter } from './filters.ts';

const route = getRouteApi('/console/members');

/** Milliseconds without a key before the list follows. */
const pause = 200;

/** What is typed goes into the URL, in place of what was searched before. */
export function SearchField({ filter: { search = '' } }: { readonly filter: MembersFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
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
      void navigate({
        search: (before) => ({ ...before, search: wanted === '' ? undefined : wanted }),
        replace: true,
      });
    }, pause);
    return () => clearTimeout(timer);
  }, [text, sent, navigate]);
  return (
    <div className="relative mb-3 max-w-md">
      <label htmlFor={id} className="sr-only">
        {t('members.search')}
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
        maxLength={100}
        value={text}
        placeholder={t('members.searchHint')}
        onChange={(event) => setText(event.target.value)}
        className="block h-10 w-full rounded-control border border-line-strong bg-surface pr-10 pl-9 placeholder:text-muted pointer-coarse:h-11"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label={t('members.clearSearch')}
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
