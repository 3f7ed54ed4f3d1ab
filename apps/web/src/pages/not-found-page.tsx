import type { ReactNode } from 'react';
import { NotFound } from '../pieces/not-found.tsx';

export function NotFoundPage(): ReactNode {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <NotFound />
    </main>
  );
}
