import { useId, useState } from "react";

import { PlainButton } from "../../../components/PlainButton";
import { useTranslation } from "../../../lib/i18n";
import classes from "./Share.module.css";

/** The link to a campaign's page, and the frame that shows its numbers on another site. */
export function Share({ id, name }: { id: number; name: string }) {
  const { t } = useTranslation("public-stats");
  const [said, setSaid] = useState("");
  const codeId = useId();
  const link = `${window.location.origin}/c/${id}`;
  const title = name.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const frame = `<iframe src="${window.location.origin}/embed/${id}" title="${title}" width="420" height="200" style="border:0" loading="lazy"></iframe>`;

  async function share() {
    try {
      if (navigator.share) await navigator.share({ title: name, url: link });
      else {
        await navigator.clipboard.writeText(link);
        setSaid(t("share.copied"));
      }
    } catch (error) {
      // Who closes the system's dialog has decided; a refused clipboard leaves the link to be seen.
      if (!(error instanceof DOMException && error.name === "AbortError")) setSaid(link);
    }
  }

  return (
    <section className={classes.share} aria-label={t("share.label")}>
      <PlainButton onClick={() => void share()}>{t("share.link")}</PlainButton>
      <PlainButton
        onClick={() => void window.open(`/c/${id}?wall=1`, "_blank", "noopener")}
      >
        {t("share.wall")}
      </PlainButton>
      <span role="status">{said}</span>
      <details className={classes.embed}>
        <summary>{t("share.embed")}</summary>
        <label htmlFor={codeId}>{t("share.embedText")}</label>
        <textarea
          id={codeId}
          readOnly
          rows={4}
          value={frame}
          onFocus={(event) => event.currentTarget.select()}
        />
      </details>
    </section>
  );
}
