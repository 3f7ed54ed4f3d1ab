import { screen, waitFor } from '@testing-library/react';
import { expect } from 'vitest';
import { renderApp, type RenderedApp } from './render-app.tsx';

/** The page of a draft, with its responses and its stream. */
export async function openReport(): Promise<RenderedApp> {
  const app = await renderApp('/reports/r-1', 'editor');
  await screen.findByRole('heading', { level: 1, name: 'Q4 review' });
  await screen.findByRole('button', { name: 'Publish report' });
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
  return app;
}
