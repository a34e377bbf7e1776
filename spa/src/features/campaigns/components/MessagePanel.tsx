import { ErrorState } from "../../../components/ErrorState";
import { useTranslation } from "../../../lib/i18n";
import { useMessage } from "../api/get-message";
import type { Campaign } from "../api/types";
import { Panel } from "./Panel";
import classes from "./MessagePanel.module.css";

/** The message itself, as one subscriber gets it. */
export function MessagePanel({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { data, error, refetch } = useMessage(campaign.id, campaign.content_version);
  return (
    <Panel title={t("message.title")}>
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <p className={classes.quiet}>{t("preview.for", { email: data.email })}</p>
          <p className={classes.subject}>{data.subject}</p>
          {data.body_html === "" ? (
            <pre className={classes.text}>{data.body_text}</pre>
          ) : (
            // Somebody's HTML: no scripts, no forms, no origin of ours.
            <iframe
              title={t("message.title")}
              sandbox=""
              srcDoc={data.body_html}
              className={classes.html}
            />
          )}
        </>
      )}
    </Panel>
  );
}
