import { Component, type ReactNode } from "react";

import { t } from "../i18n/t";
import { ErrorState } from "../ui/ErrorState";

type Props = {
  readonly children: ReactNode;
  /** Before what broke is shown anew. */
  readonly onRetry?: () => void;
};
type State = { readonly error: Error | null };

/** Airflow's router would replace its whole page by an error page. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const retry = (): void => {
      this.props.onRetry?.();
      this.setState({ error: null });
    };
    return <ErrorState error={error} title={t("app.broken.title")} onRetry={retry} />;
  }
}
