import type { ReactNode } from "react";

import { ApiProblem } from "../lib/api-client";
import { problemText, useTranslation } from "../lib/i18n";
import { EmptyState } from "./EmptyState";
import { PlainButton } from "./PlainButton";

interface Props {
  error: Error;
  onRetry?: () => void;
  /** Where to go instead when it is gone. */
  goneAction?: ReactNode;
}

/** Why there is nothing to see: not allowed, gone, out of reach, or broken. Each says the truth. */
export function ErrorState({ error, onRetry, goneAction }: Props) {
  const { t } = useTranslation();
  const status = error instanceof ApiProblem ? error.status : null;
  if (status === 403) return <ForbiddenState />;
  const retry = onRetry && (
    <PlainButton onClick={onRetry}>{t("action.retry")}</PlainButton>
  );
  return (
    <div role="alert">
      {status === 404 ? (
        <EmptyState title={t("gone.title")} text={t("gone.text")} action={goneAction ?? retry} />
      ) : status === 0 ? (
        <EmptyState title={t("away.title")} text={t("away.text")} action={retry} />
      ) : (
        <EmptyState title={problemText(error)} action={retry} />
      )}
    </div>
  );
}

/** For pages and parts of pages that the user's role doesn't reach. */
export function ForbiddenState() {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState title={t("forbidden.title")} text={t("forbidden.text")} />
    </div>
  );
}

/** The browser has no network: what was asked for is fetched as soon as it has one. */
export function OfflineState() {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState title={t("offline.title")} text={t("offline.text")} />
    </div>
  );
}
