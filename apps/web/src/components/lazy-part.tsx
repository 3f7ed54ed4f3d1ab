import { Component, Suspense, type ReactNode } from 'react';
import { isMissingCode } from '../new-version.ts';

interface LazyPartProps {
  readonly children: ReactNode;
  /** While its code is loading. */
  readonly loading?: ReactNode;
  /** In its place when its code could not be loaded. */
  readonly failed?: ReactNode;
}

/** A part of a page whose code is loaded when it is shown. The page stays when that fails; any other error is the page's. */
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
