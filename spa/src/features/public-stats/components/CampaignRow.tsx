import { memo } from "react";
import { Link } from "react-router";

import { CampaignProgress } from "../../../components/CampaignProgress";
import { StatusBadge } from "../../../components/StatusBadge";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import type { PublicCampaign } from "../api/public-campaigns";
import { useCampaignTexts } from "./campaign-texts";
import classes from "./CampaignRow.module.css";
import { MissingNote } from "./MissingNote";

/** Memoised: an event touches some campaigns, and the others need not be drawn again. */
export const CampaignRow = memo(function CampaignRow({ campaign }: { campaign: PublicCampaign }) {
  const { t } = useTranslation("public-stats");
  const { formatNumber, formatPercent } = useFormat();
  const { times, missing } = useCampaignTexts(campaign);
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
          <Link to={`/c/${campaign.id}`}>{campaign.name}</Link>
        </h2>
        <p className={classes.quiet}>
          {times.map((text) => (
            <span key={text}>{text}</span>
          ))}
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
            <CampaignProgress tally={campaign} />
            <MissingNote missing={missing} />
          </div>
        </>
      ) : (
        <p className={classes.uncounted}>{t("notFrozen")}</p>
      )}
    </article>
  );
});
