'use client';

export default function Failure({ error }: { readonly error: { readonly digest?: string } }) {
  const isOutage = error.digest === 'AUTHORIZATION_UNAVAILABLE';
  return <p role="alert">{isOutage ? 'This cannot be decided right now.' : 'This failed.'}</p>;
}
