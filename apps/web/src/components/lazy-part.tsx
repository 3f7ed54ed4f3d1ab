import { Component, Suspense, type ReactNode } from 'react';
import { isMissingCode } from '../new-version.ts';

interface LazyPartProps {
  readonly children: ReactNode;
  /** Rendered while its code is loading. */
  readonly loading?: ReactNode;
  /** Rendered when its code could not be loaded. */
  readonly failed?: ReactNode;
}

/** A lazily loaded component of a page. A loading failure affects only this component; other errors propagate. */
export class LazyPart extends Component<LazyPartProps, { readonly error: unknown }> {
  override readonly state = { error: null };
  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }
  override render(): ReactNode {
    const { children, loading, failed } = this.props;
    const { error } = this.state;
    if (error === null) return <Suspense fallback={loading}>{children}</Suspense>;
    if (!isMissingCode(error)) throw error;
    return failed;
  }
}
