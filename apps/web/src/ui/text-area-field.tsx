import { useId, type ComponentPropsWithRef, type ReactNode } from 'react';

interface TextAreaFieldProps extends Omit<ComponentPropsWithRef<'textarea'>, 'id'> {
  readonly label: string;
  readonly hint: string;
  /** Replaces the hint; `null` if the text is valid. */
  readonly problem?: string | null;
}

/** A text area that grows with its text, with a label and a hint. */
export function TextAreaField(props: TextAreaFieldProps): ReactNode {
  const { label, hint, problem = null, className = 'max-h-24 min-h-10', ...field } = props;
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={1}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint`}
        className={`mt-1.5 field-sizing-content block w-full resize-none rounded-control border border-line-strong bg-surface px-3 py-2 aria-invalid:border-denied ${className}`}
        {...field}
      />
      <p
        id={`${id}-hint`}
        aria-live="polite"
        className={`mt-1 text-sm wrap-anywhere ${problem === null ? 'text-muted' : 'text-denied'}`}
      >
        {problem ?? hint}
      </p>
    </div>
  );
}
