import { useEffect, useRef, useState, type RefObject } from 'react';

/** Each `check` of a form moves the focus to its first invalid field. */
export function useFormCheck(): {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly isChecked: boolean;
  readonly check: () => void;
} {
  const form = useRef<HTMLFormElement>(null);
  const [attempts, setAttempts] = useState(0);
  useEffect(() => {
    if (attempts > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempts]);
  return { form, isChecked: attempts > 0, check: () => setAttempts(attempts + 1) };
}
