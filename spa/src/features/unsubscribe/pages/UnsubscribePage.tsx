import { useParams } from "react-router";

import { ErrorState } from "../../../components/ErrorState";
import { LoadingState } from "../../../components/LoadingState";
import { PageHeader } from "../../../components/PageHeader";
import { PlainButton } from "../../../components/PlainButton";
import { ApiProblem } from "../../../lib/api-client";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useUnsubscribe, useUnsubscribeLink } from "../api/unsubscribe";
import "../locales/index";
import classes from "./UnsubscribePage.module.css";

export default function UnsubscribePage() {
  const { token = "" } = useParams();
  return (
    <div className={classes.card}>
      <Unsubscribe token={token} />
    </div>
  );
}

function Unsubscribe({ token }: { token: string }) {
  const { t } = useTranslation("unsubscribe");
  const link = useUnsubscribeLink(token);
  const unsubscribe = useUnsubscribe(token);

  if (link.isPending) return <LoadingState />;
  if (link.isError) {
    const isBad = link.error instanceof ApiProblem && link.error.status === 404;
    if (isBad) return <PageHeader title={t("bad.title")} description={t("bad.text")} />;
    return <ErrorState error={link.error} onRetry={() => void link.refetch()} />;
  }
  const { email, campaign, unsubscribed } = link.data;
  if (unsubscribed) {
    return (
      // Its own key, so that the new heading takes the focus and is read out.
      <PageHeader key="done" title={t("done.title")} description={t("done.text", { email })} />
    );
  }
  return (
    <>
      <PageHeader
        title={t("title")}
        description={
          <>
            {t("question", { email })} {campaign && t("campaign", { campaign })}
          </>
        }
      />
      {unsubscribe.error && (
        <p className={classes.problem} role="alert">
          {problemText(unsubscribe.error)}
        </p>
      )}
      <PlainButton primary busy={unsubscribe.isPending} onClick={() => unsubscribe.mutate()}>
        {t("confirm")}
      </PlainButton>
    </>
  );
}
