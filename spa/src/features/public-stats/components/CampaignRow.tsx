import { memo } from "react";
import { useTranslation } from "react-i18next";

import { CampaignProgress } from "../../../components/CampaignProgress";
import { StatusBadge } from "../../../components/StatusBadge";
import { useFormat } from "../../../lib/format";
import type { PublicCampaign } from "../api/public-campaigns";
import classes from "./CampaignRow.module.css";

/** The moment that matters in the campaign's present status. */
function momentOf(campaign: PublicCampaign): string | null {
  switch (campaign.status) {
    case "draft":
      return null;
    case "running":
      return campaign.started_at;
    default:
      return campaign[`${campaign.status}_at`];
  }
}

/** Beyond two minutes the seconds are noise: they change with every event. */
function roughly(seconds: number): number {
  return seconds < 120 ? seconds : Math.round(seconds / 60) * 60;
}

/** Memoised: an event touches one campaign, and the others need not be drawn again. */
export const CampaignRow = memo(function CampaignRow({ campaign }: { campaign: PublicCampaign }) {
  const { t } = useTranslation("public-stats");
  const { formatNumber, formatPercent, formatDate, formatDuration } = useFormat();
  const moment = momentOf(campaign);
  const running = campaign.status === "running";
  const headingId = `campaign-${campaign.id}`;
  return (
    <article
      className={classes.row}
      data-status={campaign.status}
      data-running={running || undefined}
      aria-labelledby={headingId}
    >
      <div className={classes.about}>
        <StatusBadge status={campaign.status} />
        <h2 id={headingId} className={classes.name}>
          {campaign.name}
        </h2>
        <p className={classes.quiet}>
          {(campaign.status === "draft" || moment) && (
            <span>{t(`time.${campaign.status}`, { time: moment && formatDate(moment) })}</span>
          )}
          {running && campaign.rate > 0 && (
            <span>{t("rate", { rate: formatNumber(campaign.rate) })}</span>
          )}
          {running && campaign.eta_seconds !== null && (
            <span>{t("eta", { time: formatDuration(roughly(campaign.eta_seconds)) })}</span>
          )}
        </p>
      </div>
      {campaign.total > 0 ? (
        <>
          <p className={classes.count}>
            <strong>{formatNumber(campaign.sent)}</strong>
            <span className={classes.quiet}>{t("sent")}</span>
          </p>
          <p className={classes.count}>
            <strong>{formatNumber(campaign.total)}</strong>
            <span className={classes.quiet}>{t("subscribers", { count: campaign.total })}</span>
          </p>
          <p className={classes.percent}>{formatPercent(campaign.percent)}</p>
          <div className={classes.progress}>
            <CampaignProgress tally={campaign} running={running} />
          </div>
        </>
      ) : (
        <p className={classes.uncounted}>{t("notFrozen")}</p>
      )}
    </article>
  );
});
