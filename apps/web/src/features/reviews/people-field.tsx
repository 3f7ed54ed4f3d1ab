import { X } from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { MemberPicker } from '../../shared/person-combobox.tsx';
import { Person } from '../../shared/person.tsx';

export function PeopleField(props: {
  readonly people: readonly string[];
  readonly onChange: (people: readonly string[]) => void;
  readonly problemId: string | undefined;
}): ReactNode {
  const { people, onChange, problemId } = props;
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  return (
    <div ref={frame} className="flex flex-col items-start gap-2">
      <ul className="flex flex-col gap-1 empty:hidden">
        {people.map((subject) => (
          <Chosen
            key={subject}
            subject={subject}
            onRemove={() => {
              frame.current?.querySelector<HTMLElement>('[role="combobox"]')?.focus();
              onChange(people.filter((one) => one !== subject));
            }}
          />
        ))}
      </ul>
      {people.length < 50 && (
        <MemberPicker
          value={null}
          problemId={problemId}
          onChange={({ key }) => onChange([...new Set([...people, key])])}
          labels={{
            person: t('reviews.start.person'),
            choose: t('reviews.start.choosePerson'),
            search: t('reviews.start.searchPerson'),
            nobody: t('reviews.start.nobody'),
          }}
        />
      )}
    </div>
  );
}

function Chosen(props: { readonly subject: string; readonly onRemove: () => void }): ReactNode {
  const { subject, onRemove } = props;
  const { t } = useTranslation();
  const { data } = trpc.members.get.useQuery({ subject });
  const name = data?.name ?? data?.email ?? subject;
  return (
    <li className="flex items-center gap-1">
      <Person person={{ key: subject, name }} />
      <button
        type="button"
        aria-label={t('reviews.start.removePerson', { name })}
        onClick={onRemove}
        className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:size-11"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </li>
  );
}
