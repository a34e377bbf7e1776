import { Alert, Button } from "@mantine/core";

import { fieldProblemText, problemText, useTranslation } from "../../../lib/i18n";
import { ApiProblem } from "../../../lib/api-client";
import { usePreviewCampaign } from "../api/preview-campaign";
import type { Preview } from "../api/types";
import classes from "./PreviewPanel.module.css";

interface Props {
  campaignId: number;
  /** Whether the form holds what the API doesn't know yet. */
  isDirty: boolean;
}

function textOf(error: Error): string {
  const isOfFields = error instanceof ApiProblem && error.errors.length > 0;
  return isOfFields ? error.errors.map(fieldProblemText).join(" ") : problemText(error);
}

export function PreviewPanel({ campaignId, isDirty }: Props) {
  const { t } = useTranslation("campaigns");
  const { data, error, isPending, mutate } = usePreviewCampaign(campaignId);
  return (
    <section aria-label={t("preview.title")} className={classes.panel}>
      <div className={classes.head}>
        <h2 className={classes.title}>{t("preview.title")}</h2>
        <Button variant="default" size="sm" loading={isPending} onClick={() => mutate()}>
          {t(data ? "preview.refresh" : "preview.show")}
        </Button>
      </div>
      {isDirty && <p className={classes.quiet}>{t("preview.unsavedNote")}</p>}
      {error && (
        <Alert color="red" mt="sm" role="alert">
          {textOf(error)}
        </Alert>
      )}
      {data && <Rendered preview={data} />}
    </section>
  );
}

function Rendered({ preview }: { preview: Preview }) {
  const { t } = useTranslation("campaigns");
  return (
    <div aria-live="polite">
      <p className={classes.quiet}>{t("preview.for", { email: preview.email })}</p>
      <h3 className={classes.label}>{t("preview.subject")}</h3>
      <p className={classes.subject}>{preview.subject}</p>
      <h3 className={classes.label}>{t("preview.text")}</h3>
      <pre className={classes.text}>{preview.body_text}</pre>
      <h3 className={classes.label}>{t("preview.html")}</h3>
      {preview.body_html === "" ? (
        <p className={classes.quiet}>{t("preview.noHtml")}</p>
      ) : (
        // Somebody's HTML: no scripts, no forms, no origin of ours.
        <iframe
          title={t("preview.html")}
          sandbox=""
          srcDoc={preview.body_html}
          className={classes.html}
        />
      )}
    </div>
  );
}
