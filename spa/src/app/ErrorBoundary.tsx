import { Component, type ReactNode } from "react";

import { EmptyState } from "../components/EmptyState";
import { PlainButton } from "../components/PlainButton";
import { useTranslation } from "../lib/i18n";

function Crash() {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t("crash.title")}
      text={t("crash.text")}
      // A page whose code could not be loaded needs a whole new page: a release may be out.
      action={<PlainButton onClick={() => window.location.reload()}>{t("action.retry")}</PlainButton>}
    />
  );
}

/** Give it the path as its key: going elsewhere is a way out too. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <Crash /> : this.props.children;
  }
}
