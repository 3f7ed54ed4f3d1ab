import type { ReactNode } from 'react';
import { useFailureText } from './failure-notice.ts';

/** Why the last attempt of a form failed, inside the form. `error` is the mutation’s, which the next attempt resets. */
export function FormFailure(props: {
  /** The failed task: "The request wasn’t sent". */
  readonly failed: string;
  readonly error: unknown;
  /** The whole message, by error code. */
  readonly known?: Readonly<Record<string, string>>;
}): ReactNode {
  const { failed, error, known } = props;
  const text = useFailureText()(failed, error, known);
  if (text === null) return null;
  return (
    <p role="alert" className="text-denied">
      {text}
    </p>
  );
}
