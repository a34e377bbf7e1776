import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "../../../components/EmptyState";
import { ErrorState } from "../../../components/ErrorState";

interface Props {
  /** Of the page that is shown; `undefined` while it loads. */
  count: number | undefined;
  error: Error | null;
  isFiltered: boolean;
  emptyTitle: string;
  emptyText: string;
  emptyAction: ReactNode;
  onClear: () => void;
  onRetry: () => void;
  children: ReactNode;
}

/** The table, or why there is none. */
export function PageBody(props: Props) {
  const { t } = useTranslation("audience");
  if (props.count === undefined && props.error) {
    return <ErrorState error={props.error} onRetry={props.onRetry} />;
  }
  if (props.count !== 0) return props.children;
  if (!props.isFiltered) {
    return (
      <EmptyState title={props.emptyTitle} text={props.emptyText} action={props.emptyAction} />
    );
  }
  return (
    <EmptyState
      title={t("noMatch")}
      text={t("noMatchText")}
      action={
        <Button variant="default" onClick={props.onClear}>
          {t("clear")}
        </Button>
      }
    />
  );
}
