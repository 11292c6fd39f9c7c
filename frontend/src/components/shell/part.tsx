import { Component, type ReactNode, Suspense } from "react";

/**
 * A part of the frame that is fetched on its own. Until it is there, and where it cannot be had, the frame goes on
 * without it: a menu that is missing must not take a half-typed form away.
 */
export class Part extends Component<{ fallback?: ReactNode; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    const { fallback = null, children } = this.props;
    return this.state.hasFailed ? fallback : <Suspense fallback={fallback}>{children}</Suspense>;
  }
}
