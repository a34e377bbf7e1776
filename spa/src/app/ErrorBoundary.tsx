import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "../components/EmptyState";

function Crash() {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t("crash.title")}
      text={t("crash.text")}
      // A page whose code could not be loaded needs a whole new page: a release may be out.
      action={<Button onClick={() => window.location.reload()}>{t("action.retry")}</Button>}
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
