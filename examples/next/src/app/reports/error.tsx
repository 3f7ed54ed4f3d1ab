'use client';

/** An outage is not a denial: it says so, and can be tried again. */
export default function ReportsError({ reset }: { readonly reset: () => void }) {
  return (
    <>
      <p role="alert">This cannot be decided right now.</p>
      <button onClick={reset}>Try again</button>
    </>
  );
}
